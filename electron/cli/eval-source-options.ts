import path from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { promptStyleSchema } from '../../native-models/protocol/eval-sample.ts';
import { benchmarkKey, splitSchema } from '../../native-models/protocol/eval-task.ts';
import type { BenchmarkName } from '../../native-models/protocol/eval-task.ts';
import { reasonerRequestSchema } from '../../native-models/protocol/reasoner-request.ts';
import { deviceSchema, runtimeNameSchema } from '../../native-models/protocol/roles.ts';
import type { DeviceRequest, Role } from '../../native-models/protocol/roles.ts';
import { usualRunRoles } from '../host/evaluation/run-settings.ts';
import type { RunSettings, Shard } from '../host/evaluation/run-settings.ts';
import { encodingName, nonNegativeNumber, numberFrom, roleList, wholeNumber } from './option-values.ts';
import { reasonerParams, reasonerUsageProblem } from './reasoner-options.ts';
import type { ReasonerOptions } from './reasoner-options.ts';
import { addSearchOptions, searchParams, searchUsageProblem } from './search-options.ts';
import type { SearchOptions } from './search-options.ts';

/** Options that say which samples of a benchmark are meant. */
export interface SourceOptions {
  readonly data: string;
  readonly split?: 'train' | 'valid' | 'test';
  readonly limit?: number;
  readonly asPublished?: boolean;
}

/** Options that decide what comes out of a run. */
export interface RunOptions extends SourceOptions, ReasonerOptions, SearchOptions {
  readonly model: string;
  readonly out: string;
  readonly roles: Role[];
  readonly style?: 'mcq' | 'options' | 'direct';
  readonly subtitles?: boolean;
  readonly subtitlesEncoding?: string;
  readonly candidates: number;
  readonly temperature: number;
  readonly seed?: number;
  readonly maxTokens?: number;
  readonly start?: number;
  readonly end?: number;
  readonly withoutTruth?: boolean;
}

/** Whether what is to be run must be said, or may come of a file: its folders, or all of it. */
export type Need = 'required' | 'folder-optional' | 'optional';

/** Adds the options of `SourceOptions`. */
export function addSourceOptions(command: Command, need: Need = 'required'): Command {
  const name = need === 'optional' ? '[name]' : '<name>';
  return command
    .argument(
      name,
      'benchmark or data set, such as charades_sta (eval inspect --help lists them), or a task file of your own',
    )
    .addOption(
      pathOption(
        '--data <dir>',
        'folder that holds one folder per benchmark, as the published data/ does; of a task file: default its folder',
        need,
      ),
    )
    .addOption(
      new Option('--split <name>', 'default: the one that results are published on').choices(
        splitSchema.options,
      ),
    )
    .option('--limit <n>', 'only the first samples', wholeNumber(1))
    .option('--as-published', 'keep the defects of the published loaders, where figures contain them');
}

/** Adds the options of `RunOptions`. */
export function addRunOptions(command: Command, need: Need = 'required'): Command {
  addSourceOptions(command, need)
    .addOption(pathOption('--model <dir>', 'model package, made with `videomind import`', need))
    .requiredOption('--out <dir>', 'folder for the results; a run that was stopped goes on there')
    .option('--roles <list>', 'published runs have no planner', roleList, [...usualRunRoles])
    .addOption(
      new Option('--style <name>', 'how options are shown; default: mcq').choices(promptStyleSchema.options),
    )
    .option('--subtitles', 'show the answerer subtitles, where the benchmark has some')
    .option('--subtitles-encoding <name>', 'how they are encoded, where that is not recognized', encodingName)
    .option('--candidates <n>', 'moments that the verifier looks at', wholeNumber(1, 100), 5)
    .option('--temperature <t>', '0 takes the likeliest token; above 0 samples', nonNegativeNumber, 0)
    .option(
      '--seed <n>',
      'of sampling, the same for each sample; default where one is needed: 0',
      wholeNumber(0),
    )
    .option(
      '--max-tokens <n>',
      'most new tokens of each role; default: 256, of a model that reasons aloud what its package says',
      wholeNumber(1),
    )
    .option('--start <s>', 'only from this second of each video on', nonNegativeNumber)
    .option('--end <s>', 'only up to this second of each video', numberFrom(Number.MIN_VALUE))
    .option('--without-truth', 'allow a split that holds no truth, for a submission');
  return addSearchOptions(command);
}

/** What is wrong with how samples are to be asked; undefined if nothing is. */
export function askingUsageProblem(options: Omit<RunOptions, 'data' | 'model'>): string | undefined {
  const { subtitles, subtitlesEncoding } = options;
  if (subtitles === undefined && subtitlesEncoding !== undefined)
    return 'error: --subtitles-encoding goes with --subtitles';
  const { start = 0, end = Infinity } = options;
  if (start >= end) return 'error: --start must come before --end';
  return reasonerUsageProblem(options) ?? searchUsageProblem(options);
}

function pathOption(flags: string, description: string, need: Need): Option {
  return new Option(flags, description).makeOptionMandatory(need === 'required');
}

/** Adds the options that say what engines run on. */
export function addMachineOptions(command: Command): Command {
  return command
    .option('--workers <n>', 'engines beside each other', wholeNumber(1, 64), 1)
    .option('--device <list>', 'what engines compute on, in turn: auto, cpu, cuda, …', deviceList, ['auto'])
    .addOption(
      new Option(
        '--runtime <name>',
        'the binding to compute through; default: whichever the device needs',
      ).choices(runtimeNameSchema.options),
    )
    .option('--threads <n>', 'processor threads of each engine', wholeNumber(1));
}

/** A shard as `i/n`, counted from 0. */
export function shardOption(text: string): Shard {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (shard.of >= 1 && shard.index < shard.of) return shard;
  throw new InvalidArgumentError('Give the shard as i/n, i from 0 to n − 1, such as 0/4.');
}

/** The settings of a run as its options say. @throws EngineError ARGUMENT_INVALID for instructions that cannot be read */
export async function runSettings(
  name: BenchmarkName,
  options: RunOptions,
  shard: Shard,
): Promise<RunSettings> {
  const reasoner = await reasonerParams(options);
  const search = searchParams(options);
  const { subtitlesEncoding, speed } = options;
  return {
    benchmark: benchmarkKey(name),
    ...(typeof name === 'string' ? {} : { task: name }),
    dataDir: path.resolve(options.data),
    ...(options.split === undefined ? {} : { split: options.split }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    asPublished: options.asPublished ?? false,
    allowWithheldTruth: options.withoutTruth ?? false,
    roles: options.roles,
    ...(options.style === undefined ? {} : { style: options.style }),
    subtitles: options.subtitles ?? false,
    ...{ candidates: options.candidates, temperature: options.temperature },
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.maxTokens === undefined ? {} : { maxTokens: options.maxTokens }),
    ...(subtitlesEncoding === undefined ? {} : { subtitlesEncoding }),
    ...(options.start === undefined ? {} : { startSec: options.start }),
    ...(options.end === undefined ? {} : { endSec: options.end }),
    ...(search === undefined ? {} : { search }),
    ...(speed === undefined ? {} : { speed }),
    ...(reasoner === undefined ? {} : { reasoner: reasonerRequestSchema.parse(reasoner) }),
    shard,
  };
}

function deviceList(text: string): DeviceRequest[] {
  return text.split(',').map((name) => {
    const device = deviceSchema.safeParse(name.trim());
    if (device.success) return device.data;
    throw new InvalidArgumentError(`"${name}" is no device; there are ${deviceSchema.options.join(', ')}.`);
  });
}
