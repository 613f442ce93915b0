import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { EngineError, toEngineError } from '../../native-models/protocol/errors.ts';
import { fileNameOf, mergeRecords, withAnswer } from '../../native-models/protocol/merge-records.ts';
import type { ParamsInput } from '../../native-models/protocol/methods.ts';
import type { RunRecord } from '../../native-models/protocol/run-record.ts';
import { askedDigest } from './ask-batch.ts';
import type { AskOptions } from './ask-options.ts';
import { askParams } from './ask-options.ts';
import { BatchResults } from './batch-results.ts';
import { exitCodes } from './exit-codes.ts';
import { RunView } from './run-view.ts';
import type { Session } from './session.ts';
import type { Terminal } from './terminal.ts';
import { clockRange, table } from './text-layout.ts';

/** A video that could not be looked at. */
interface FailedVideo {
  readonly videoPath: string;
  readonly code: string;
  readonly message: string;
}

/** What of the options cannot be asked of several videos; undefined if all can. */
export function videosUsageProblem(options: AskOptions): string | undefined {
  const ofOne = (['trace', 'saveFrames', 'start', 'end', 'subtitles', 'estimate'] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (ofOne.length === 0) return undefined;
  const flags = ofOne.map((name) => `--${name === 'saveFrames' ? 'save-frames' : name}`);
  return `error: of several videos at once there is no ${flags.join(', ')}`;
}

/**
 * Asks several videos one question as if they were one long film: each is looked through by itself, the verifier ranks the moments of
 * all, and the answerer is shown the best. With `--out` what one video gave is kept, and the same command goes on with the others.
 * Ctrl-C ends the looking and keeps what was found.
 *
 * @throws EngineError what no further video would be spared
 */
export async function askVideos(
  terminal: Terminal,
  session: Session,
  videos: readonly string[],
  question: string,
  options: AskOptions,
): Promise<void> {
  const { engine, signal } = session;
  const { json = false, device, threads, runtime } = options;
  const modelPath = path.resolve(options.model ?? '');
  terminal.progress('Opening the model …');
  const opened = await engine.call('load', { modelPath, device, threads, runtime }, { signal });
  const roles = opened.roles.filter((role) => options.roles?.includes(role) ?? true);
  if (opened.reasons === true || !roles.includes('grounder')) {
    throw new EngineError(
      'ARGUMENT_INVALID',
      'Several videos can be asked where a grounder looks for moments.',
      {
        remedy: 'Ask one video, or a package with a grounder.',
      },
    );
  }
  const kept = options.out === undefined ? undefined : await BatchResults.open(path.resolve(options.out));
  const records: RunRecord[] = [];
  const failed: FailedVideo[] = [];
  const ending = new AbortController();
  for (const [index, video] of videos.entries()) {
    if (ending.signal.aborted) break;
    const name = `${index + 1} of ${videos.length}, ${fileNameOf(video)}`;
    const params: ParamsInput<'ask'> = {
      ...askParams(video, question, options),
      roles: roles.filter((role) => role !== 'answerer'),
      isOneOfMany: true,
    };
    const asked = await askedDigest(params, opened);
    try {
      const known = kept?.answerTo(params.videoPath, asked)?.record;
      const { record, isWhole } =
        known === undefined
          ? await lookThrough(terminal, session, params, name, ending)
          : { record: known, isWhole: false };
      // What was ended in the middle is looked at anew the next time.
      if (isWhole) await kept?.add({ id: params.videoPath, asked, record });
      records.push(record);
      if (!json) terminal.print(lineFor(video, record));
    } catch (thrown) {
      const error = toEngineError(thrown);
      if (!error.code.startsWith('VIDEO_')) throw error;
      failed.push({ videoPath: params.videoPath, code: error.code, message: error.message });
      terminal.warn(error.code, `${fileNameOf(video)}: ${error.message}`);
      process.exitCode = exitCodes.failed;
    }
  }
  const [first, ...others] = records;
  if (first === undefined)
    throw new EngineError('VIDEO_UNREADABLE', 'None of the videos could be looked at.');
  const merged = mergeRecords([first, ...others], options.candidates);
  const record = roles.includes('answerer')
    ? await answerFromBest(terminal, session, merged, askParams('', question, options))
    : merged;
  terminal.clearProgress();
  const skipped = videos.slice(records.length + failed.length).map((video) => path.resolve(video));
  if (skipped.length > 0)
    terminal.warn('SEARCH_ENDED_EARLY', `${skipped.length} of ${videos.length} videos were not looked at.`);
  if (json) terminal.printJson({ ...record, failed, skipped });
  else terminal.print(...summaryOf(record));
}

/** Looks for moments in one video. */
async function lookThrough(
  terminal: Terminal,
  session: Session,
  params: ParamsInput<'ask'>,
  name: string,
  ending: AbortController,
): Promise<{ readonly record: RunRecord; readonly isWhole: boolean }> {
  const { engine, signal } = session;
  const view = new RunView(terminal.columns, terminal.style);
  const runId = randomUUID();
  session.onInterrupt = () => {
    ending.abort();
    terminal.warn('SEARCH_ENDING', 'Answering from what was found up to now; Ctrl-C again cancels.');
    engine.call('settle', { runId }).catch(() => undefined);
  };
  const looking = engine.call(
    'ask',
    { ...params, runId },
    {
      signal,
      onProgress: (event) => {
        const { progress } = view.show(event, performance.now() / 1000);
        if (progress !== undefined) terminal.progress(`${name}: ${progress}`);
      },
    },
  );
  // Of a video that cannot be looked at nothing is left to settle.
  const { record } = await looking.finally(() => (session.onInterrupt = undefined));
  for (const { code, message } of record.warnings)
    if (code !== 'CANDIDATES_DOUBTED') terminal.warn(code, `${name}: ${message}`);
  return { record, isWhole: !ending.signal.aborted };
}

/** Lets the answerer look at the best moment of all. */
async function answerFromBest(
  terminal: Terminal,
  { engine, signal }: Session,
  merged: RunRecord,
  params: ParamsInput<'ask'>,
): Promise<RunRecord> {
  const { moment } = merged;
  if (moment === undefined) return merged;
  const { video: videoPath = merged.video.path, startSec, endSec } = moment;
  terminal.progress(`Answering from ${fileNameOf(videoPath)}, ${clockRange(moment)} …`);
  const { record } = await engine.call(
    'ask',
    { ...params, videoPath, roles: ['answerer'], search: undefined, moment: { startSec, endSec } },
    { signal },
  );
  for (const { code, message } of record.warnings) terminal.warn(code, message);
  return withAnswer(merged, record);
}

function lineFor(video: string, { candidates: [best] }: RunRecord): string {
  if (best === undefined) return `${fileNameOf(video)}: no moment`;
  return `${fileNameOf(video)}: ${clockRange(best)}, ${(best.verifierScore ?? best.confidence).toFixed(2)}`;
}

function summaryOf({ candidates, answer }: RunRecord): string[] {
  const rows = candidates.map(({ video = '', verifierScore, confidence, ...moment }, index) => [
    ...[String(index + 1), fileNameOf(video), clockRange(moment)],
    (verifierScore ?? confidence).toFixed(2),
  ]);
  const found = rows.length === 0 ? ['No moment was found.'] : table(['#', 'video', 'moment', 'score'], rows);
  return ['', ...found, ...(answer === undefined ? [] : ['', answer.text])];
}
