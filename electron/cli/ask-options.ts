import path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { ParamsInput } from '../../native-models/protocol/methods.ts';
import type { Moment } from '../../native-models/protocol/moments.ts';
import { deviceSchema, runtimeNameSchema } from '../../native-models/protocol/roles.ts';
import type { DeviceRequest, Role, RuntimeName } from '../../native-models/protocol/roles.ts';
import { programVersion } from '../host/program-version.ts';
import {
  collect,
  collectMoments,
  encodingName,
  nonNegativeNumber,
  numberFrom,
  roleList,
  wholeNumber,
} from './option-values.ts';
import { addReasonerOptions, reasonerUsageProblem } from './reasoner-options.ts';
import type { ReasonerOptions } from './reasoner-options.ts';
import { addSearchOptions, searchParams, searchUsageProblem } from './search-options.ts';
import type { SearchOptions } from './search-options.ts';

/** Options of `ask`, as commander reads them. */
export interface AskOptions extends ReasonerOptions, SearchOptions {
  readonly model?: string;
  readonly from?: string;
  readonly goOn?: boolean;
  readonly follow?: string;
  readonly batch?: string;
  readonly out?: string;
  readonly questionFile?: string;
  readonly option?: string[];
  readonly roles?: Role[];
  readonly candidates: number;
  readonly claim?: Moment[];
  readonly temperature: number;
  readonly seed?: number;
  readonly maxTokens?: number;
  readonly videoStream?: number;
  readonly subtitles?: string;
  readonly subtitlesEncoding?: string;
  readonly start?: number;
  readonly end?: number;
  readonly device: DeviceRequest;
  readonly runtime?: RuntimeName;
  readonly threads?: number;
  readonly estimate?: boolean;
  readonly every?: boolean;
  readonly json?: boolean;
  readonly trace?: string;
  readonly saveFrames?: string;
}

/** Choices are lettered. */
const mostOptions = 26;

/** Adds the options of `AskOptions`. */
export function addAskOptions(command: Command): Command {
  command
    .option('--model <dir>', 'model package, made with `videomind import`')
    .option('--from <record>', 'ask again what a record (`--json`) says was asked, in the same way')
    .option('--go-on', 'with --from: a search that was ended early looks at what it left out, too')
    .option('--follow <record>', 'go on from what a record (`--json`) says was asked and answered')
    .option(
      '--batch <file>',
      'ask each line of a file of questions (JSON lines; - reads stdin), in one process',
    )
    .option('--every', 'all but the question are videos, and folders stand for every video in them')
    .option(
      '--out <file>',
      'with --batch or several videos: keep what is answered here; the same command goes on there',
    )
    .option('--question-file <file>', 'read the question from a file')
    .option('--option <text>', 'an answer to choose from; repeat it for each (multiple choice)', collect)
    .option(
      '--roles <list>',
      'planner,grounder,verifier,answerer; default: all that the package has',
      roleList,
    )
    .option('--candidates <n>', 'moments that the verifier looks at', wholeNumber(1, 100), 5)
    .option(
      '--claim <start-end>',
      'a moment that the verifier only judges, in seconds, such as 4-10.5; repeat it for each',
      collectMoments,
    )
    .option('--temperature <t>', '0 takes the likeliest token; above 0 samples', nonNegativeNumber, 0)
    .option('--seed <n>', 'makes sampling repeatable', wholeNumber(0))
    .option(
      '--max-tokens <n>',
      'most new tokens of each role; default: 256, of a model that reasons aloud what its package says',
      wholeNumber(1),
    )
    .option('--video-stream <n>', 'which of several video streams, as `probe` numbers them', wholeNumber(0))
    .option('--subtitles <file>', 'subtitles, shown to whoever answers')
    .option('--subtitles-encoding <name>', 'how they are encoded, where that is not recognized', encodingName)
    .option('--start <s>', 'only from this second of the video on', nonNegativeNumber)
    .option('--end <s>', 'only up to this second of the video', numberFrom(Number.MIN_VALUE))
    .addOption(
      new Option('--device <name>', 'what to compute on').choices(deviceSchema.options).default('auto'),
    )
    .addOption(
      new Option(
        '--runtime <name>',
        'the binding to ONNX Runtime; default: whichever the device needs',
      ).choices(runtimeNameSchema.options),
    )
    .option('--threads <n>', 'processor threads; default: physical cores', wholeNumber(1))
    .option('--estimate', 'say what asking would look at, take and need; nothing is asked')
    .option('--json', 'print the run record as JSON')
    .option('--trace <file>', 'write what each role was shown and said, as JSON')
    .option('--save-frames <dir>', 'write the frames that each role saw, as PNG');
  addSearchOptions(command);
  return addReasonerOptions(command);
}

/** What the options say of a question, but for what models that reason aloud take beside it. */
export function askParams(video: string, question: string, options: AskOptions): ParamsInput<'ask'> {
  return {
    videoPath: path.resolve(video),
    modelPath: path.resolve(options.model ?? ''),
    question,
    options: options.option,
    roles: options.roles,
    candidates: options.candidates,
    claims: options.claim,
    temperature: options.temperature,
    seed: options.seed,
    maxTokens: options.maxTokens,
    videoStream: options.videoStream,
    subtitlesPath: resolved(options.subtitles),
    subtitlesEncoding: options.subtitlesEncoding,
    startSec: options.start,
    endSec: options.end,
    search: searchParams(options),
    speed: options.speed,
    device: options.device,
    runtime: options.runtime,
    threads: options.threads,
    trace: options.trace !== undefined,
    saveFramesPath: resolved(options.saveFrames),
    provenance: { programVersion: programVersion(), askedAt: new Date().toISOString() },
  };
}

/** What is wrong with the options together; undefined if nothing is. */
export function askUsageProblem(options: AskOptions): string | undefined {
  return optionsProblem(options.option) ?? reasonerUsageProblem(options) ?? searchUsageProblem(options);
}

/** What is wrong with the answers to choose from; undefined if nothing is. */
export function optionsProblem(options: readonly string[] | undefined): string | undefined {
  if (options === undefined) return undefined;
  if (options.length < 2 || options.length > mostOptions) {
    return `error: give --option 2 to ${mostOptions} times, once for each answer to choose from; it was given ${options.length === 1 ? 'once' : `${options.length} times`}`;
  }
  return options.some((text) => text.trim() === '') ? 'error: an --option is empty' : undefined;
}

/** A path as it is relative to where a person types. */
export function resolved(given: string | undefined): string | undefined {
  return given === undefined ? undefined : path.resolve(given);
}
