/**
 * Models that reason aloud at full size, on random weights:
 * `node bench/reasoners.ts [qwen2.5-3b] [qwen3-2b] [--only import|question|work]`. Import,
 * a question about 64 frames of 256 tokens with a reply of 64 tokens (time and peak memory), vision tower, prompt and
 * tokens beside transformers, and what the vision tower costs over 1, 8 and 32 frame pairs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { engineCommand, importerCommand, type ReferenceDtype } from './contestants/commands.ts';
import { withContestants, type Contestant, type ContestantCommand } from './contestants/contestant.ts';
import { loadAverage } from './machine/disturbance.ts';
import { machineFacts } from './machine/machine-facts.ts';
import type { MeasureRow } from './measures/measure.ts';
import { comparisonRow, compareEntrants, noSamples, sample } from './measures/paired-comparison.ts';
import { benchPaths } from './preparation/paths.ts';
import { prepare } from './preparation/prepare.ts';
import { formatReport } from './report.ts';

/** The published sizes that are measured, and the tiny checkpoint whose tokenizer and template they are given. */
const shapes = {
  'qwen2.5-3b': { pack: 'pack-qwen2.5', tokenPixels: 28 * 28, grid: { gridHeight: 32, gridWidth: 32 } },
  'qwen3-2b': { pack: 'pack-qwen3', tokenPixels: 32 * 32, grid: { gridHeight: 32, gridWidth: 32 } },
} as const;
type Shape = keyof typeof shapes;

const MEMORY_TARGET_GIGABYTES = 6;
const GIGABYTE = 1e9;
const FRAMES = 64;
const FRAME_TOKENS = 256;
const REPLY_TOKENS = 64;
const CLIP_PAIRS = [1, 8, 32];
/** The reference puts whole clips into one attention; more pairs than this take it minutes. */
const REFERENCE_PAIRS = 8;
const PROMPT_TOKENS = 2048;
const DECODED_TOKENS = 16;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    dtype: { type: 'string', default: 'bf16' },
    rounds: { type: 'string', default: '3' },
    'no-peers': { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const machine = machineFacts();
const paths = benchPaths('2b');
const folder = (...parts: string[]): string => join(paths.work, ...parts);
const log = (text: string): void => console.error(text);
const here = fileURLToPath(new URL('.', import.meta.url));
const python = folder('venv-reasoners', 'bin', 'python');

function isShape(name: string): name is Shape {
  return Object.hasOwn(shapes, name);
}

function run(command: string, parameters: readonly string[]): void {
  const { status } = spawnSync(command, parameters, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${command} ${parameters.join(' ')} failed (${status ?? 'killed'})`);
}

function preparePython(): void {
  if (existsSync(folder('reasoner-peers-ready'))) return;
  log('installing transformers; this takes some minutes');
  run('python3', ['-m', 'venv', '--system-site-packages', folder('venv-reasoners')]);
  run(python, ['-m', 'pip', 'install', '--quiet', '-r', join(here, 'peers', 'requirements-reasoners.txt')]);
  run('touch', [folder('reasoner-peers-ready')]);
}

function prepareCheckpoint(shape: Shape): string {
  const checkpoint = folder(`checkpoint-${shape}`);
  if (!existsSync(checkpoint)) {
    log(`writing a random checkpoint of ${shape} size`);
    const pack = join(here, '..', 'native-models', 'fixtures', shapes[shape].pack, 'checkpoint');
    run(python, [join(here, 'peers', 'write_random_reasoner.py'), pack, checkpoint, '--shape', shape]);
  }
  return checkpoint;
}

function oursCommand(shape: Shape): ContestantCommand {
  return engineCommand(folder(`package-${shape}-int8`), machine.cores, paths.prepacked);
}

function referenceCommand(shape: Shape, dtype: ReferenceDtype): ContestantCommand {
  return {
    name: `transformers ${dtype}`,
    command: python,
    arguments: [
      join(here, 'peers', 'reasoner_reference.py'),
      folder(`checkpoint-${shape}`),
      ...['--dtype', dtype, '--threads', String(machine.cores)],
    ],
  };
}

async function measureImport(shape: Shape): Promise<MeasureRow[]> {
  if (existsSync(folder(`package-${shape}-int8`, 'manifest.json'))) return [];
  return withContestants(importerCommand(), [], async (importer) => {
    const taken = noSamples(importer.name);
    await sample(
      importer,
      {
        measure: 'import',
        basePath: folder(`checkpoint-${shape}`),
        outPath: folder(`package-${shape}-int8`),
        precision: 'int8',
      },
      taken,
    );
    return [
      comparisonRow(taken, undefined, { label: `${shape}: import, int8`, unit: 's' }),
      memoryRow(`${shape}: import, peak memory`, taken.replies[0]?.peakBytes ?? 0),
    ];
  });
}

function memoryRow(label: string, bytes: number, targetGigabytes?: number): MeasureRow {
  const gigabytes = bytes / GIGABYTE;
  return {
    label,
    unit: 'GB',
    ours: gigabytes,
    oursSamples: [gigabytes],
    ...(targetGigabytes === undefined ? {} : { target: { kind: 'oursAtMost', value: targetGigabytes } }),
    notes: [],
  };
}

/** The whole question, from the file to the reply, in a process of its own. */
async function measureQuestion(shape: Shape): Promise<MeasureRow[]> {
  return withContestants(oursCommand(shape), [], async (ours) => {
    const load = noSamples(ours.name);
    await sample(ours, { measure: 'load' }, load);
    const asked = noSamples(ours.name);
    await sample(
      ours,
      {
        measure: 'ask',
        videoPath: paths.tenMinuteVideo,
        question: 'What happens in the video?',
        reasonerTokens: REPLY_TOKENS,
        reasonerFrames: FRAMES,
        reasonerPixels: FRAME_TOKENS * shapes[shape].tokenPixels,
      },
      asked,
    );
    const reply = asked.replies[0];
    return [
      comparisonRow(load, undefined, { label: `${shape}: load`, unit: 's' }),
      comparisonRow(asked, undefined, {
        label: `${shape}: ${FRAMES} frames, reply of ${REPLY_TOKENS} tokens`,
        unit: 's',
        notes: [`${JSON.stringify(reply?.['timings'])} ${JSON.stringify(reply?.['tokens'])}`],
      }),
      memoryRow(`${shape}: peak memory of the engine`, reply?.peakBytes ?? 0, MEMORY_TARGET_GIGABYTES),
    ];
  });
}

async function measureWork(shape: Shape, peers: readonly ContestantCommand[]): Promise<MeasureRow[]> {
  return withContestants(oursCommand(shape), peers, async (ours, [reference]) => {
    const rounds = Number(values.rounds);
    const rows: MeasureRow[] = [];
    const { grid } = shapes[shape];
    for (const pairs of CLIP_PAIRS) {
      const request = { measure: 'vision', pairs, ...grid };
      const both = reference !== undefined && pairs <= REFERENCE_PAIRS;
      const label = `${shape}: vision tower, ${pairs} pair${pairs === 1 ? '' : 's'} of 1,024 patches`;
      rows.push(
        ...(await compare(ours, both ? reference : undefined, request, label, pairs > 1 ? 1 : rounds)),
      );
    }
    const prefill = { measure: 'prefill', tokens: PROMPT_TOKENS };
    rows.push(
      ...(await compare(ours, reference, prefill, `${shape}: prompt of ${PROMPT_TOKENS} tokens`, rounds)),
    );
    const decode = { measure: 'decode', context: PROMPT_TOKENS, tokens: DECODED_TOKENS };
    rows.push(
      ...(await compare(ours, reference, decode, `${shape}: a token after ${PROMPT_TOKENS}`, rounds)),
    );
    return rows;
  });
}

function compare(
  ours: Contestant,
  reference: Contestant | undefined,
  request: Parameters<Contestant['ask']>[0],
  label: string,
  rounds: number,
): Promise<MeasureRow[]> {
  const peers = reference === undefined ? [] : [{ contestant: reference, request }];
  return compareEntrants([{ contestant: ours, request }, ...peers], { label, unit: 'ms', rounds }, { log });
}

const chosen = positionals.length === 0 ? (Object.keys(shapes) as Shape[]) : positionals.filter(isShape);
const startedAt = new Date().toISOString();
const before = loadAverage();
const rows: MeasureRow[] = [];
await mkdir(paths.work, { recursive: true });
await prepare(paths, '2b', ['tenMinutes'], log);
preparePython();
for (const shape of chosen) {
  prepareCheckpoint(shape);
  rows.push(...(await measureImport(shape)));
  if (values.only === 'import') continue;
  if (values.only !== 'work') rows.push(...(await measureQuestion(shape)));
  if (values.only === 'question') continue;
  const dtype: ReferenceDtype = values.dtype === 'fp32' ? 'fp32' : 'bf16';
  rows.push(...(await measureWork(shape, values['no-peers'] ? [] : [referenceCommand(shape, dtype)])));
}
const report = {
  schemaVersion: 1 as const,
  startedAt,
  command: `node bench/reasoners.ts ${process.argv.slice(2).join(' ')}`.trimEnd(),
  machine,
  threads: machine.cores,
  loadAverage: { before, after: loadAverage() },
  rows: rows.map((row) => ({ measure: 'reasoners', ...row })),
  failures: [],
};
if (values.json !== undefined) {
  await writeFile(
    resolve(process.env['INIT_CWD'] ?? '.', values.json),
    `${JSON.stringify(report, undefined, 2)}\n`,
  );
}
console.log(formatReport(report));
