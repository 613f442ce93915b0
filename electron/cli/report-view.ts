import type {
  DeviceCheck,
  DoctorReport,
  ProviderStatus,
} from '../../native-models/protocol/doctor-report.ts';
import type { ImportProgress, ImportReport } from '../../native-models/protocol/import-request.ts';
import type {
  AdapterSummary,
  InspectReport,
  NetworkSummary,
} from '../../native-models/protocol/inspect-report.ts';
import type { Style } from './terminal.ts';
import { bar, byteSize, duration, printable, table, wrap } from './text-layout.ts';

/** Reports as lines for people; pure. */

const labelColumns = 12;
/** Layers shown of an import: those that lost most. */
const worstLayers = 5;

/** What `import` made, what the precision costs where it costs most, and the command to go on with. */
export function importLines(report: ImportReport, command: string, columns: number, style: Style): string[] {
  const field = fields(columns, style);
  const reasons = report.roles.length === 0;
  return [
    ...field('Package', report.path),
    ...field('Name', report.name),
    ...field('Roles', reasons ? 'none: it reasons aloud, then answers' : report.roles.join(', ')),
    ...field('Precision', report.precision),
    ...field('Size', `${byteSize(report.bytes)}, made in ${duration(report.durationSec)}`),
    ...(reasons ? [] : field('Prompts', promptWords[report.promptSource])),
    ...layerErrorLines(report, field, style),
    '',
    ...field('Next', `${command} ask VIDEO "QUESTION" --model ${report.path}`),
  ];
}

const promptWords = {
  'prompts.json': 'from prompts.json',
  'constants.py': 'from the authors’ constants.py',
  'built-in': 'built in: not those that the checkpoint was trained with',
} as const;

function layerErrorLines(report: ImportReport, field: Field, style: Style): string[] {
  const sorted = [...report.layerErrors].sort((a, b) => b.relativeError - a.relativeError);
  const [worst] = sorted;
  if (worst === undefined) return [];
  const median = sorted[Math.floor(sorted.length / 2)] ?? worst;
  const rows = sorted
    .slice(0, worstLayers)
    .map((layer) => [layer.layer, percent(layer.relativeError), String(layer.outlierChannels)]);
  const [heading = '', ...body] = table(['worst layers', 'error', 'outlier channels'], rows);
  const summary = `${sorted.length} layers against fp32: median ${percent(median.relativeError)}, worst ${percent(worst.relativeError)}`;
  return [...field('Error', summary), margin(style.faint(heading)), ...body.map(margin)];
}

/** The line of progress of an import. */
export function importProgressLine(progress: ImportProgress): string {
  const { stage, item, doneBytes, totalBytes } = progress;
  const share = totalBytes > 0 ? percent(doneBytes / totalBytes) : '';
  return `${stage.padEnd(11)} ${bar(doneBytes, totalBytes, 24)} ${share.padStart(6)}  ${item}`;
}

/** What a folder turned out to be, what can be done with it, and what is wrong with it. */
export function inspectLines(report: InspectReport, columns: number, style: Style): string[] {
  const field = fields(columns, style);
  const { network } = report;
  return [
    ...field('Folder', report.path),
    ...field('What', report.summary),
    ...(report.name === undefined ? [] : field('Name', report.name)),
    ...(report.roles.length === 0 ? [] : field('Roles', report.roles.join(', '))),
    ...(report.precision === undefined ? [] : field('Precision', report.precision)),
    ...(report.devices === undefined ? [] : field('Devices', report.devices.join(', '))),
    ...(network === undefined ? [] : field('Network', networkWords(network))),
    ...report.adapters.flatMap((adapter, index) =>
      field(index === 0 ? 'Adapters' : '', adapterWords(adapter)),
    ),
    ...(report.groundingHead ? field('Head', 'grounding head') : []),
    ...(report.promptSource === undefined || report.roles.length === 0
      ? []
      : field('Prompts', promptWords[report.promptSource])),
    ...(report.basePath === undefined ? [] : field('Base', report.basePath)),
    ...field('Size', byteSize(report.bytes)),
    ...report.problems.flatMap((problem, index) =>
      field(index === 0 ? 'Problems' : '', `${problem.code}: ${problem.message}`),
    ),
    ...field('Next', report.advice),
  ];
}

function networkWords(network: NetworkSummary): string {
  const { architecture, layers, hiddenSize, heads, keyValueHeads, parameters, dtypes } = network;
  return [
    architecture,
    ...(layers === undefined ? [] : [`${layers} layers`]),
    ...(hiddenSize === undefined ? [] : [`width ${hiddenSize}`]),
    ...(heads === undefined ? [] : [`${heads} heads (${keyValueHeads ?? heads} for keys and values)`]),
    ...(parameters === undefined ? [] : [`${(parameters / 1e6).toFixed(1)} million weights`]),
    ...(dtypes === undefined || dtypes.length === 0 ? [] : [dtypes.join(', ')]),
  ].join(', ');
}

function adapterWords(adapter: AdapterSummary): string {
  const { role, rank, targetCount, targetKinds, ownEmbeddings, ownHead } = adapter;
  const [least, most] = rank;
  return [
    `${role}: rank ${least === most ? least : `${least}–${most}`}`,
    ...(targetCount === undefined ? [] : [`${targetCount} layers (${targetKinds?.join(', ') ?? ''})`]),
    ...(ownEmbeddings ? ['own embeddings'] : []),
    ...(ownHead ? ['own head'] : []),
  ].join(', ');
}

/** What this machine has, what it lacks, and how to add it. */
export function doctorLines(report: DoctorReport, columns: number, style: Style): string[] {
  const field = fields(columns, style);
  const { cpu, memory, onnxruntime, ffmpeg } = report;
  const physical = cpu.physicalCores === undefined ? '' : `${cpu.physicalCores} cores, `;
  const unused = ffmpeg.tried.filter((attempt) => attempt.path !== ffmpeg.path);
  return [
    ...field('System', report.platform),
    ...field('Node', report.nodeVersion),
    ...field('Processor', `${cpu.model}, ${physical}${cpu.logicalCores} threads`),
    ...(cpu.features.length === 0 ? [] : field('', cpu.features.join(' '))),
    ...field('Memory', `${byteSize(memory.availableBytes)} free of ${byteSize(memory.totalBytes)}`),
    ...field('Runtime', onnxruntime.problem ?? `ONNX Runtime ${onnxruntime.version ?? ''}`),
    ...field(
      'ffmpeg',
      ffmpeg.path === undefined
        ? style.bad(ffmpeg.problem ?? 'none')
        : `${ffmpeg.path} (${ffmpeg.version ?? ''})`,
    ),
    ...(ffmpeg.remedy === undefined ? [] : field('', ffmpeg.remedy)),
    ...(ffmpeg.unpatched === undefined ? [] : field('', style.bad(ffmpeg.unpatched))),
    ...unused.flatMap((attempt) => field('', `${attempt.source}: ${attempt.outcome}`)),
    ...(ffmpeg.jail === undefined ? [] : field('Jail', jailText(ffmpeg.jail, style))),
    ...(ffmpeg.jail?.shortfall === undefined ? [] : field('', ffmpeg.jail.shortfall)),
    ...field('Caches', report.cachePath),
    ...(report.keptFeatures === undefined ? [] : field('', keptText(report.keptFeatures, style))),
    '',
    style.bold('Devices'),
    ...report.providers.flatMap((provider) => deviceLines(provider, columns, style)),
    ...autoLines(report, columns, style),
  ];
}

/** What is kept of videos that were looked at, or why that cannot be told. */
function keptText(kept: NonNullable<DoctorReport['keptFeatures']>, style: Style): string {
  if ('problem' in kept) return style.bad(kept.problem);
  if (kept.budgetBytes === 0) return 'nothing is kept of videos';
  return `${byteSize(kept.bytes)} of at most ${byteSize(kept.budgetBytes)} kept of videos, in ${kept.path}`;
}

/** What decoders run in; red where nothing keeps them from other files. */
function jailText({ kind, mechanisms }: NonNullable<DoctorReport['ffmpeg']['jail']>, style: Style): string {
  return kind === 'limits' || kind === 'none' ? style.bad(mechanisms) : mechanisms;
}

/** What is taken where nobody names a device, and why. */
export function autoLines({ auto }: Pick<DoctorReport, 'auto'>, columns: number, style: Style): string[] {
  if (auto === undefined) return [];
  return ['', ...fields(columns, style)('By itself', `${auto.device}. ${auto.reason}`)];
}

/** One device: whether it is to be had, what it is, what is missing, how to add it, what was measured. */
export function deviceLines(provider: ProviderStatus, columns: number, style: Style): string[] {
  const { device, label, available, reason = '', howToAdd = [], measured } = provider;
  const hang = ' '.repeat(14);
  const hanging = (text: string, bullet: string): string[] =>
    wrap(text, columns - hang.length - bullet.length).map(
      (line, index) => hang + (index === 0 ? bullet : ' '.repeat(bullet.length)) + line,
    );
  return [
    `${available ? style.good('yes') : 'no '} ${style.bold(device.padEnd(10))}${label}`,
    ...(provider.deviceName === undefined ? [] : hanging(nameAndMemory(provider), '')),
    ...(available ? [] : hanging(reason, '')),
    ...(provider.checks ?? []).flatMap((check) => {
      const line = `${check.packageName}, ${check.precision}: ${checkWords(check)}`;
      return hanging(line, '').map((text) =>
        check.problem === undefined ? style.faint(text) : style.bad(text),
      );
    }),
    ...hanging(`measured: ${measured}`, '').map((line) => style.faint(line)),
    ...howToAdd.flatMap((step) => hanging(step, '→ ')).map((line) => style.faint(line)),
  ];
}

function checkWords({ problem, deviation = 0, bound }: DeviceCheck): string {
  const percent = (share: number) => `${Number((share * 100).toPrecision(2))} %`;
  return problem ?? `self-check passed, ${percent(deviation)} off (${percent(bound)} allowed)`;
}

/** The machine's name for a device and its memory; empty where the machine says nothing. */
function nameAndMemory({ deviceName, memoryBytes, freeBytes, isSoftware }: ProviderStatus): string {
  if (deviceName === undefined) return '';
  const memory = memoryBytes === undefined ? '' : `, ${byteSize(memoryBytes)}`;
  const free = freeBytes === undefined ? '' : ` (${byteSize(freeBytes)} free)`;
  return `${deviceName}${isSoftware === true ? ', in software' : memory + free}`;
}

type Field = (label: string, text: string) => string[];

/** Lines with a bold label and text that hangs beside it. */
function fields(columns: number, style: Style): Field {
  return (label, text) =>
    wrap(printable(text), columns - labelColumns).map(
      (line, index) => style.bold((index === 0 ? label : '').padEnd(labelColumns)) + line,
    );
}

function margin(line: string): string {
  return ' '.repeat(labelColumns) + line;
}

function percent(share: number): string {
  const value = share * 100;
  return `${value.toFixed(value < 10 ? 2 : 1)} %`;
}
