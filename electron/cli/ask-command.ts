import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { EngineError, toEngineError } from '../../native-models/protocol/errors.ts';
import { followUp } from '../../native-models/protocol/follow-up.ts';
import type { ParamsInput } from '../../native-models/protocol/methods.ts';
import type { RunRecord } from '../../native-models/protocol/run-record.ts';
import { deviceSchema, runtimeNameSchema } from '../../native-models/protocol/roles.ts';
import type { DeviceRequest, Role, RuntimeName } from '../../native-models/protocol/roles.ts';
import { programVersion } from '../host/program-version.ts';
import { requireWritable, writeAtomically } from '../host/files/write-atomically.ts';
import { readRecord, recordedRequest } from './ask-from-record.ts';
import { exitCodes } from './exit-codes.ts';
import {
  collect,
  encodingName,
  nonNegativeNumber,
  numberFrom,
  roleList,
  wholeNumber,
} from './option-values.ts';
import { addReasonerOptions, reasonerParams, reasonerUsageProblem } from './reasoner-options.ts';
import type { ReasonerOptions } from './reasoner-options.ts';
import { RunView } from './run-view.ts';
import { addSearchOptions, searchParams, searchUsageProblem } from './search-options.ts';
import type { SearchOptions } from './search-options.ts';
import type { Session } from './session.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

/** Options of `ask`, as commander reads them. */
interface AskOptions extends ReasonerOptions, SearchOptions {
  readonly model?: string;
  readonly from?: string;
  readonly follow?: string;
  readonly questionFile?: string;
  readonly option?: string[];
  readonly roles?: Role[];
  readonly candidates: number;
  readonly temperature: number;
  readonly seed?: number;
  readonly maxTokens?: number;
  readonly subtitles?: string;
  readonly subtitlesEncoding?: string;
  readonly start?: number;
  readonly end?: number;
  readonly device: DeviceRequest;
  readonly runtime?: RuntimeName;
  readonly threads?: number;
  readonly json?: boolean;
  readonly trace?: string;
  readonly saveFrames?: string;
}

/** Choices are lettered. */
const mostOptions = 26;

const examples = `
Examples:
  videomind ask talk.mp4 "When does she show the map?" --model packages/videomind-2b
  videomind ask match.mkv "Who scores?" --option "the keeper" --option "number 9" --model packages/videomind-2b
  videomind ask talk.mp4 "Why does he laugh?" --model packages/videomind-2b --json --trace trace.json
  videomind ask lecture.mp4 "When does she drop the chalk?" --model packages/videomind-2b --search windows
  videomind ask talk.mp4 "Why does he laugh?" --model packages/videokr --max-frames 64
  videomind ask talk.mp4 "When does he laugh?" --model packages/videokr --verify-with packages/videomind-2b
  videomind ask --follow record.json "And what happens after that?"

A question that begins with a dash goes after --, as in: videomind ask talk.mp4 --model DIR -- "-5 or 5?"`;

/** `ask VIDEO QUESTION --model DIR`: the whole chain on one question. */
export function addAskCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('ask')
    .description('Ask a question of a video: the plan, the candidate moments, the chosen one and the answer.')
    .argument('[video]', 'video file; with --from, where it lies now')
    .argument('[question]', 'the question, passed on as given')
    .option('--model <dir>', 'model package, made with `videomind import`')
    .option('--from <record>', 'ask again what a record (`--json`) says was asked, in the same way')
    .option('--follow <record>', 'go on from what a record (`--json`) says was asked and answered')
    .option('--question-file <file>', 'read the question from a file')
    .option('--option <text>', 'an answer to choose from; repeat it for each (multiple choice)', collect)
    .option(
      '--roles <list>',
      'planner,grounder,verifier,answerer; default: all that the package has',
      roleList,
    )
    .option('--candidates <n>', 'moments that the verifier looks at', wholeNumber(1, 100), 5)
    .option('--temperature <t>', '0 takes the likeliest token; above 0 samples', nonNegativeNumber, 0)
    .option('--seed <n>', 'makes sampling repeatable', wholeNumber(0))
    .option(
      '--max-tokens <n>',
      'most new tokens of each role; default: 256, of a model that reasons aloud what its package says',
      wholeNumber(1),
    )
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
    .option('--json', 'print the run record as JSON')
    .option('--trace <file>', 'write what each role was shown and said, as JSON')
    .option('--save-frames <dir>', 'write the frames that each role saw, as PNG');
  addSearchOptions(command);
  addReasonerOptions(command).addHelpText('after', examples);
  command.action(async (video: string | undefined, question: string | undefined, options: AskOptions) => {
    if (options.from !== undefined) {
      const given = givenBeside(command);
      if (question !== undefined || given.length > 0) {
        command.error(
          `error: --from takes all of it from the record; leave out ${given.join(', ') || 'the question'}`,
        );
      }
      await runSession(terminal, options.json ?? false, (session) =>
        askAgain(terminal, session, options.from ?? '', video, options),
      );
      return;
    }
    if (options.follow !== undefined) {
      const givenQuestion = question ?? (options.questionFile === undefined ? video : undefined);
      const givenVideo = question === undefined && options.questionFile === undefined ? undefined : video;
      if (givenQuestion === undefined && options.questionFile === undefined)
        command.error('error: give a question, either as an argument or with --question-file');
      const wrong = optionsProblem(options.option);
      if (wrong !== undefined) command.error(wrong);
      await runSession(terminal, options.json ?? false, (session) =>
        askFurther(terminal, session, givenVideo, givenQuestion, options),
      );
      return;
    }
    if (video === undefined) command.error("error: missing required argument 'video'");
    if (options.model === undefined) command.error("error: required option '--model <dir>' not specified");
    if ((question === undefined) === (options.questionFile === undefined)) {
      command.error('error: give a question, either as an argument or with --question-file');
    }
    const problem =
      optionsProblem(options.option) ?? reasonerUsageProblem(options) ?? searchUsageProblem(options);
    if (problem !== undefined) command.error(problem);
    await runSession(terminal, options.json ?? false, (session) => {
      return askAndReport(terminal, session, video ?? '', question, options);
    });
  });
}

async function askAndReport(
  terminal: Terminal,
  session: Session,
  video: string,
  question: string | undefined,
  options: AskOptions,
): Promise<void> {
  const tracePath = resolved(options.trace);
  if (tracePath !== undefined) await requireWritable(tracePath);
  const asked = question ?? (await readQuestion(options.questionFile ?? ''));
  const params = { ...askParams(video, asked, options), reasoner: await reasonerParams(options) };
  await runAsk(terminal, session, params, options.json ?? false, tracePath);
}

/** Options that decide what is asked, as they were given; with a record they would contradict it. */
function givenBeside(command: Command): string[] {
  const free = new Set(['from', 'model', 'device', 'runtime', 'json', 'trace', 'saveFrames']);
  return command.options
    .filter((option) => !free.has(option.attributeName()))
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .map((option) => option.long ?? option.flags);
}

/** Asks what a record says was asked. Where the model is another now, that is said: the result may differ. */
async function askAgain(
  terminal: Terminal,
  session: Session,
  recordPath: string,
  video: string | undefined,
  options: AskOptions,
): Promise<void> {
  const tracePath = resolved(options.trace);
  if (tracePath !== undefined) await requireWritable(tracePath);
  const record = await readRecord(path.resolve(recordPath));
  const request = recordedRequest(record, recordPath);
  const params = {
    ...request,
    videoPath: resolved(video) ?? request.videoPath,
    modelPath: resolved(options.model) ?? request.modelPath,
    device: options.device,
    runtime: options.runtime,
    trace: options.trace !== undefined,
    saveFramesPath: resolved(options.saveFrames),
    provenance: { programVersion: programVersion(), askedAt: new Date().toISOString() },
  };
  const again = await runAsk(terminal, session, params, options.json ?? false, tracePath);
  if (again !== undefined && again.model.checksum !== record.model.checksum) {
    terminal.warn('MODEL_DIFFERS', 'The record is of another model package: what comes out may differ.');
  }
}

/** Asks the next question of a conversation: of the record's video and model, in its way, unless options say otherwise. */
async function askFurther(
  terminal: Terminal,
  session: Session,
  video: string | undefined,
  question: string | undefined,
  options: AskOptions,
): Promise<void> {
  const tracePath = resolved(options.trace);
  if (tracePath !== undefined) await requireWritable(tracePath);
  const recordPath = options.follow ?? '';
  const record = await readRecord(path.resolve(recordPath), '--follow');
  const before = recordedRequest(record, recordPath);
  const asked = question ?? (await readQuestion(options.questionFile ?? ''));
  const given = askParams(video ?? before.videoPath, asked, {
    ...options,
    model: options.model ?? before.modelPath,
  });
  const { follows, reasoner } = followUp(record);
  const changed = await reasonerParams(options);
  const params = {
    ...given,
    subtitlesPath: given.subtitlesPath ?? before.subtitlesPath,
    subtitlesEncoding: given.subtitlesEncoding ?? before.subtitlesEncoding,
    follows,
    // The same frames again: then what was read of them counts.
    ...(reasoner === undefined || given.startSec !== undefined || given.endSec !== undefined
      ? {}
      : { startSec: before.startSec, endSec: before.endSec }),
    ...(reasoner === undefined ? {} : { reasoner: { ...reasoner, ...withoutUndefined(changed ?? {}) } }),
  };
  await runAsk(terminal, session, params, options.json ?? false, tracePath);
}

function withoutUndefined<T extends object>(given: T): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Asks, shows the run as it goes, prints the result, and writes the trace where one is wanted. */
export async function runAsk(
  terminal: Terminal,
  { engine, signal }: Session,
  params: ParamsInput<'ask'>,
  json: boolean,
  tracePath?: string,
): Promise<RunRecord | undefined> {
  const view = new RunView(terminal.columns, terminal.style);
  terminal.progress('Opening the model …');
  const { record, trace } = await engine.call('ask', params, {
    signal,
    onProgress: (event) => {
      if (event.type === 'warning') terminal.warn(event.warning.code, event.warning.message);
      const { lines, progress } = view.show(event, performance.now() / 1000);
      if (!json && lines.length > 0) terminal.print(...lines);
      if (progress !== undefined) terminal.progress(progress);
    },
  });
  try {
    if (tracePath !== undefined) await writeAtomically(tracePath, `${JSON.stringify(trace)}\n`);
  } catch (error) {
    // The run is done: its record is not lost with the file.
    terminal.fail(toEngineError(error), json, { record });
    process.exitCode = exitCodes.failed;
    return undefined;
  }
  if (json) terminal.printJson(record);
  else terminal.print(...view.finish(record));
  return record;
}

function askParams(video: string, question: string, options: AskOptions): ParamsInput<'ask'> {
  return {
    videoPath: path.resolve(video),
    modelPath: path.resolve(options.model ?? ''),
    question,
    options: options.option,
    roles: options.roles,
    candidates: options.candidates,
    temperature: options.temperature,
    seed: options.seed,
    maxTokens: options.maxTokens,
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

/** What is wrong with the answers to choose from; undefined if nothing is. */
function optionsProblem(options: readonly string[] | undefined): string | undefined {
  if (options === undefined) return undefined;
  if (options.length < 2 || options.length > mostOptions) {
    return `error: give --option 2 to ${mostOptions} times, once for each answer to choose from; it was given ${options.length === 1 ? 'once' : `${options.length} times`}`;
  }
  return options.some((text) => text.trim() === '') ? 'error: an --option is empty' : undefined;
}

async function readQuestion(filePath: string): Promise<string> {
  try {
    return await readFile(filePath, 'utf8');
  } catch (cause) {
    throw new EngineError('ARGUMENT_INVALID', `The question file ${filePath} cannot be read.`, {
      remedy: 'Check the path after --question-file.',
      cause,
    });
  }
}

function resolved(given: string | undefined): string | undefined {
  return given === undefined ? undefined : path.resolve(given);
}
