import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import {
  checkpointShapes,
  isCheckpointShapeName,
  type CheckpointShapeName,
} from './checkpoint/network-shape.ts';
import type { ReferenceDtype } from './contestants/commands.ts';
import { loadAverage } from './machine/disturbance.ts';
import { machineFacts } from './machine/machine-facts.ts';
import { chainMeasure } from './measures/chain.ts';
import { clipMeasure } from './measures/clip.ts';
import { decodeMeasure } from './measures/decode.ts';
import { fastMeasure } from './measures/fast.ts';
import { framesMeasure } from './measures/frames.ts';
import { hourMemoryMeasure } from './measures/hour-memory.ts';
import { hoursMeasure } from './measures/hours.ts';
import { importMeasure } from './measures/import-checkpoint.ts';
import { loadMeasure } from './measures/load-package.ts';
import { meetsTarget, type BenchContext, type Measure } from './measures/measure.ts';
import { prefillMeasure } from './measures/prefill.ts';
import { recordingMeasure } from './measures/recording.ts';
import { visionMeasure } from './measures/vision.ts';
import { benchPaths, type BenchPaths } from './preparation/paths.ts';
import { prepare, preparePeers } from './preparation/prepare.ts';
import { formatReport, type BenchReport } from './report.ts';

/** All measures, in the order in which they run. */
const measures: readonly Measure[] = [
  importMeasure,
  loadMeasure,
  prefillMeasure,
  decodeMeasure,
  visionMeasure,
  clipMeasure,
  framesMeasure,
  chainMeasure,
  hoursMeasure,
  fastMeasure,
  recordingMeasure,
  hourMemoryMeasure,
];

interface BenchOptions {
  readonly json?: string;
  readonly shape: string;
  readonly threads: number;
  readonly rounds: number;
  readonly longRounds: number;
  readonly dtype: 'both' | ReferenceDtype;
  readonly peers: boolean;
  readonly films: number;
  readonly minutes: number;
  readonly windows: number;
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${text} is not a positive whole number.`);
  return value;
}

const log = (text: string) => console.error(text);

/** Installs what stands beside some measures; returns why there is nothing, if so. */
async function preparePeersOf(
  chosen: readonly Measure[],
  paths: BenchPaths,
  shape: CheckpointShapeName,
): Promise<string | undefined> {
  const withPeers = chosen.filter((measure) => measure.hasPeers);
  if (withPeers.length === 0) return undefined;
  const ofNetworks = withPeers.some((measure) => measure.needs.includes('package'));
  return preparePeers(paths, ofNetworks ? shape : undefined, log);
}

async function bench(names: readonly string[], options: BenchOptions): Promise<void> {
  const unknown = names.filter((name) => !measures.some((measure) => measure.name === name));
  if (unknown.length > 0 || !isCheckpointShapeName(options.shape)) {
    program.error(`Unknown: ${unknown.join(', ') || options.shape}`, { exitCode: 2 });
    return;
  }
  const chosen = measures.filter(({ name, onlyByName }) =>
    names.length === 0 ? onlyByName !== true : names.includes(name),
  );
  const startedAt = new Date().toISOString();
  const { shape } = options;
  const paths = benchPaths(shape);
  const withoutPeers = options.peers ? await preparePeersOf(chosen, paths, shape) : 'left out on request';

  const context: BenchContext = {
    paths,
    threads: options.threads,
    rounds: options.rounds,
    longRounds: options.longRounds,
    referenceDtypes: options.dtype === 'both' ? ['bf16', 'fp32'] : [options.dtype],
    withoutPeers,
    films: options.films,
    minutes: options.minutes,
    windows: options.windows,
    log,
  };
  const before = loadAverage();
  const rows: BenchReport['rows'][number][] = [];
  let figures: Readonly<Record<string, unknown>> = {};
  const failures: BenchReport['failures'][number][] = [];
  for (const measure of chosen) {
    log(`${measure.name}: ${measure.summary}`);
    try {
      await prepare(paths, shape, measure.needs, log);
      const measured = await measure.run(context);
      if ('figures' in measured) figures = { ...figures, ...measured.figures };
      for (const row of 'figures' in measured ? measured.rows : measured) {
        const meets = meetsTarget(row);
        rows.push({ measure: measure.name, ...row, ...(meets === undefined ? {} : { meetsTarget: meets }) });
      }
    } catch (error) {
      failures.push({
        measure: measure.name,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }
  const report: BenchReport = {
    schemaVersion: 1,
    startedAt,
    command: `npm run bench -- ${process.argv.slice(2).join(' ')}`.trimEnd(),
    machine: machineFacts(),
    threads: options.threads,
    loadAverage: { before, after: loadAverage() },
    ...(withoutPeers === undefined ? {} : { withoutPeers }),
    rows,
    failures,
  };
  if (options.json !== undefined) {
    const path = resolve(process.env['INIT_CWD'] ?? '.', options.json);
    await writeFile(path, `${JSON.stringify({ ...report, ...figures }, undefined, 2)}\n`);
  }
  console.log(formatReport(report));
  if (failures.length > 0) process.exitCode = 1;
}

const program = new Command('bench')
  .description('Measures the engine at full size beside its peers, on random weights.')
  .argument('[names...]', `measures to take (all): ${measures.map((measure) => measure.name).join(', ')}`)
  .option('--json <file>', 'also write the results as JSON')
  .addOption(
    new Option('--shape <name>', 'network sizes').choices(Object.keys(checkpointShapes)).default('2b'),
  )
  .option('--threads <n>', 'threads of ours and of the peers', positiveInteger, machineFacts().cores)
  .option('--rounds <n>', 'pairs of measurements of work that takes seconds', positiveInteger, 3)
  .option('--long-rounds <n>', 'pairs of measurements of work that takes minutes', positiveInteger, 1)
  .addOption(
    new Option('--dtype <name>', 'arithmetic of the reference; the faster one counts')
      .choices(['both', 'bf16', 'fp32'])
      .default('both'),
  )
  .option('--films <n>', 'films of the measure hours', positiveInteger, 20)
  .option('--minutes <n>', 'length of its films', positiveInteger, 60)
  .option('--windows <n>', 'windows after which hour-memory ends its search; 0: all', Number, 0)
  .option('--no-peers', 'measure ours alone')
  .action((names: string[], options: BenchOptions) => bench(names, options));
await program.parseAsync();
