import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { followUp } from '../../native-models/protocol/follow-up.ts';
import { programVersion } from '../host/program-version.ts';
import { requireWritable } from '../host/files/write-atomically.ts';
import { askBatch } from './ask-batch.ts';
import { readRecord, recordedRequest, searchOfTheRest } from './ask-from-record.ts';
import type { AskOptions } from './ask-options.ts';
import { addAskOptions, askParams, askUsageProblem, optionsProblem, resolved } from './ask-options.ts';
import { askVideos, videosUsageProblem } from './ask-videos.ts';
import { estimateLines } from './estimate-view.ts';
import { everyVideo } from './every-video.ts';
import { reasonerParams } from './reasoner-options.ts';
import { runAsk } from './run-ask.ts';
import type { Session } from './session.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

const examples = `
Examples:
  videomind ask talk.mp4 "When does she show the map?" --model packages/videomind-2b
  videomind ask match.mkv "Who scores?" --option "the keeper" --option "number 9" --model packages/videomind-2b
  videomind ask talk.mp4 "Why does he laugh?" --model packages/videomind-2b --json --trace trace.json
  videomind ask lecture.mp4 "When does she drop the chalk?" --model packages/videomind-2b --search windows
  videomind ask lecture.mp4 "When does she drop the chalk?" --model packages/videomind-2b --search windows --estimate
  videomind ask talk.mp4 "Why does he laugh?" --model packages/videokr --max-frames 64
  videomind ask talk.mp4 "When does he laugh?" --model packages/videokr --verify-with packages/videomind-2b
  videomind ask lectures/*.mp4 "When does she drop the chalk?" --model packages/videomind-2b --search windows
  videomind ask --every lectures "When does she drop the chalk?" --model packages/videomind-2b --out found.jsonl
  videomind ask --follow record.json "And what happens after that?"
  videomind ask --batch questions.jsonl --model packages/videomind-2b --out answers.jsonl

A question that begins with a dash goes after --, as in: videomind ask talk.mp4 --model DIR -- "-5 or 5?"`;

/** `ask VIDEO QUESTION --model DIR`: the whole chain on one question. */
export function addAskCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('ask')
    .description('Ask a question of a video: the plan, the candidate moments, the chosen one and the answer.')
    .argument(
      '[words...]',
      'video file, or several; then the question, passed on as given; with --from, where the video lies now',
    );
  addAskOptions(command).addHelpText('after', examples);
  command.action(async (words: string[], options: AskOptions) => {
    const [video, question] = words;
    const mostOfOne = options.questionFile === undefined ? 2 : 1;
    if (words.length > mostOfOne || options.every === true) {
      await askEvery(command, terminal, words, options);
      return;
    }
    if (options.batch !== undefined) {
      const problem = batchUsageProblem(command, video, options) ?? askUsageProblem(options);
      if (problem !== undefined) command.error(problem);
      await runSession(terminal, options.json ?? false, (session) =>
        askBatch(terminal, session, options.batch ?? '', options),
      );
      return;
    }
    if (options.out !== undefined) command.error('error: --out goes with --batch or several videos');
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
    if (options.goOn === true) command.error('error: --go-on goes with --from');
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
    const problem = askUsageProblem(options);
    if (problem !== undefined) command.error(problem);
    await runSession(terminal, options.json ?? false, (session) => {
      return askAndReport(terminal, session, video ?? '', question, options);
    });
  });
}

/** Asks several videos one question: all words but the last, unless a file has the question. */
async function askEvery(
  command: Command,
  terminal: Terminal,
  words: readonly string[],
  options: AskOptions,
): Promise<void> {
  const isInFile = options.questionFile !== undefined;
  const given = isInFile ? words : words.slice(0, -1);
  const beside = (['batch', 'from', 'follow', 'goOn'] as const).find((name) => options[name] !== undefined);
  if (beside !== undefined)
    command.error(`error: several videos do not go with --${beside === 'goOn' ? 'go-on' : beside}`);
  if (given.length === 0) command.error('error: give the videos, then the question');
  const unlikely = given.filter((each) => path.extname(each) === '' && !existsSync(each));
  if (unlikely.length > 0 && isInFile)
    command.error('error: give a question, either as an argument or with --question-file');
  if (unlikely.length > 0)
    command.error(
      `error: too many arguments: no videos are ${unlikely.join(', ')}; put a question of several words into quotes`,
    );
  if (options.model === undefined) command.error("error: required option '--model <dir>' not specified");
  const problem = videosUsageProblem(options) ?? askUsageProblem(options);
  if (problem !== undefined) command.error(problem);
  await runSession(terminal, options.json ?? false, async (session) => {
    const videos = options.every === true ? await everyVideo(given) : await existing(given);
    const question = isInFile ? await readQuestion(options.questionFile ?? '') : (words.at(-1) ?? '');
    await askVideos(terminal, session, videos, question, options);
  });
}

/** Videos that are there. @throws EngineError VIDEO_NOT_FOUND before any is looked at */
async function existing(videos: readonly string[]): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const video of videos)
    if ((await stat(video).catch(() => undefined)) === undefined) missing.push(video);
  if (missing.length === 0) return videos;
  throw new EngineError('VIDEO_NOT_FOUND', `There is no file ${missing.join(', ')}.`, {
    remedy: 'Check the paths of the videos.',
  });
}

/** What a batch's lines say themselves is not said once more for all of them. */
function batchUsageProblem(
  command: Command,
  video: string | undefined,
  { model }: AskOptions,
): string | undefined {
  const barred = [
    'from',
    'estimate',
    'follow',
    'questionFile',
    'option',
    'trace',
    'saveFrames',
    'start',
    'end',
  ];
  const given = command.options
    .filter((option) => barred.includes(option.attributeName()))
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .map((option) => option.long ?? option.flags);
  if (video !== undefined) given.unshift('the video');
  if (given.length > 0) return `error: each line of --batch says its own; leave out ${given.join(', ')}`;
  return model === undefined ? "error: required option '--model <dir>' not specified" : undefined;
}

async function askAndReport(
  terminal: Terminal,
  session: Session,
  video: string,
  question: string | undefined,
  options: AskOptions,
): Promise<void> {
  const tracePath = resolved(options.trace);
  if (tracePath !== undefined && options.estimate !== true) await requireWritable(tracePath);
  const asked = question ?? (await readQuestion(options.questionFile ?? ''));
  const params = { ...askParams(video, asked, options), reasoner: await reasonerParams(options) };
  if (options.estimate !== true) {
    await runAsk(terminal, session, params, options.json ?? false, tracePath);
    return;
  }
  const estimate = await session.engine.call('estimate', params, { signal: session.signal });
  for (const { code, message } of estimate.warnings) terminal.warn(code, message);
  if (options.json === true) terminal.printJson(estimate);
  else terminal.print(...estimateLines(estimate));
}

/** Options that decide what is asked, as they were given; with a record they would contradict it. */
function givenBeside(command: Command): string[] {
  const free = new Set(['from', 'goOn', 'model', 'device', 'runtime', 'json', 'trace', 'saveFrames']);
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
    search: options.goOn === true ? searchOfTheRest(record, recordPath) : request.search,
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
    videoStream: given.videoStream ?? before.videoStream,
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
