import { basename } from 'node:path';
import { shareToSeconds } from '../../../media/timeline.ts';
import type { Subtitle } from '../../../media/subtitles/subtitle.ts';
import type { ReasonerSettings } from '../../../checkpoints/manifest.ts';
import { EngineError } from '../../../protocol/errors.ts';
import type { ReasonerRequest, ToolsRequest, Turn } from '../../../protocol/reasoner-request.ts';
import type { ReasonedReply, ToolTurn } from '../../../protocol/run-record.ts';
import type { ToolLoopTrace, ToolStop, ToolTurnTrace } from '../../../protocol/run-trace.ts';
import { writeJson } from '../../../python-text/write-values.ts';
import { subtitleText } from '../../prompts/subtitle-lines.ts';
import type { Guard } from '../../prompts/untrusted-text.ts';
import type { Run, Workspace } from '../../run.ts';
import type { PromptedRun } from '../../shown/show.ts';
import type { Bounds } from '../../shown/spans.ts';
import { readOption, readReply } from '../answer-text.ts';
import { readerFactor, reasonerBudget } from '../budget.ts';
import { saidMoments } from '../said-moments.ts';
import { saidPlaces } from '../said-places/said-places.ts';
import { letteredOptions } from '../words.ts';
import { findAnswer } from './find-calls.ts';
import { chooseImages } from './image-clip.ts';
import type { ImageClip } from './image-clip.ts';
import { readProtocol } from './read-protocol.ts';
import type { ToolProtocol } from './read-protocol.ts';
import { pastExchanges } from './past-exchanges.ts';
import { runToolLoop, toolCallOf } from './tool-loop.ts';
import type { LoopOutcome, LoopTurn } from './tool-loop.ts';
import type { Exchange } from './tool-prompt.ts';
import { say } from './tool-words.ts';

/** What a model that calls tools is asked about. */
export interface ToolSubject {
  /** In seconds of presentation. */
  readonly span: Bounds;
  /** Whether that is a part of the video only. */
  readonly isPart: boolean;
}

/** What a model said that could call tools, and how. */
export interface ReasonedWithTools {
  readonly reply: ReasonedReply;
  readonly trace: ToolLoopTrace;
  readonly turns: readonly ToolTurn[];
  readonly stop: ToolStop;
}

/** The first look, the protocol, and what they come of. */
export interface ToolOpening {
  readonly protocol: ToolProtocol;
  readonly shownPath: string;
  readonly readerFactor: number;
  readonly clip: ImageClip;
  /** The user's text, before the chat template. */
  readonly prompt: string;
  readonly exchanges: readonly Exchange[];
}

/**
 * What a model that calls tools is shown first: the frames of the first look, and the question in the protocol's words.
 *
 * @throws EngineError TOOLS_INVALID, ARGUMENT_INVALID, VIDEO_TOO_SHORT, RANGE_INVALID
 */
export function openWithTools(
  { model, video, request }: Pick<PromptedRun, 'model' | 'video' | 'request'>,
  settings: ReasonerSettings,
  asked: ReasonerRequest & { readonly tools: ToolsRequest },
  subject: ToolSubject,
  subtitles: readonly Subtitle[],
): ToolOpening {
  const protocol = readProtocol(asked.tools.protocol);
  // The protocol says how the video is looked at first; what was asked for otherwise counts.
  const budget = reasonerBudget({ ...settings, ...protocol.video }, asked);
  const factor = readerFactor(budget);
  const clip = chooseImages(model, video, subject.isPart ? subject.span : {}, budget, {
    ...{ factor, choice: protocol.frames.choice },
  });
  const shownPath = asked.tools.shownPath ?? basename(video.path);
  const hasSubtitleTool = Object.values(protocol.toolKinds).some(({ kind }) => kind === 'subtitles');
  // Before the first question of a conversation: it has been read by the time of the second.
  const spoken = hasSubtitleTool ? '' : subtitleText(subtitles, subject.span).text;
  const spokenBefore = (turn: number) => (turn === 0 ? spoken : '');
  const write = (guard: Guard) =>
    userText(protocol, shownPath, request, spokenBefore(asked.conversation.length), guard);
  return {
    ...{ protocol, shownPath, readerFactor: factor, clip },
    prompt: write((text) => text),
    exchanges: [
      ...asked.conversation.flatMap((turn, index) =>
        pastExchanges(
          { model, video, protocol, readerFactor: factor },
          turn,
          index === 0 ? clip : undefined,
          (guard) => userText(protocol, shownPath, turn, spokenBefore(index), guard),
        ),
      ),
      { by: 'user', clip: asked.conversation.length === 0 ? clip : undefined, text: write },
    ],
  };
}

/** A question in the protocol's words. */
function userText(
  protocol: ToolProtocol,
  shownPath: string,
  { question, options = [] }: Pick<Turn, 'question' | 'options'>,
  spoken: string,
  guard: Guard,
): string {
  const lines = [question, ...letteredOptions(options)].map(guard);
  return say(protocol.userText, {
    question: guard(spoken) + lines.join('\n'),
    instructions: protocol.instructions,
    path: guard(shownPath),
  });
}

/** Lets a model reason about a video and call tools meanwhile, streamed as events. */
export async function reasonWithTools(
  run: Run,
  settings: ReasonerSettings,
  asked: ReasonerRequest & { readonly tools: ToolsRequest },
  subject: ToolSubject,
  subtitles: readonly Subtitle[],
  videoMind: Workspace | undefined,
): Promise<ReasonedWithTools> {
  const opening = openWithTools(run, settings, asked, subject, subtitles);
  const { protocol, shownPath, clip } = opening;
  const bench = { run, protocol, shownPath, readerFactor: opening.readerFactor, subtitles, videoMind };
  const outcome = await runToolLoop(bench, asked, opening.exchanges);
  const { turns, stop } = outcome;
  const response = turns
    .map(({ content }) => content)
    .filter((content) => content !== '')
    .join('\n');
  const answer = findAnswer(response, protocol.answer);
  warnOfStop(run, outcome, answer);
  const reasoning = turns
    .map(({ content }) => readReply(content).reasoning)
    .filter((text) => text !== '')
    .join('\n\n');
  const { options } = run.request;
  const option = answer === undefined || options === undefined ? undefined : readOption(answer, options);
  // Tools are asked in seconds of the whole video, and so are times said.
  const wholeVideo = { video: run.video, frameIndices: [0] };
  const content = { reasoning, answer: answer ?? '' };
  const moments = saidMoments(content, wholeVideo, run.model.family, run.bounds);
  const said =
    answer === undefined ? undefined : { text: answer, ...(option === undefined ? {} : { option }) };
  const places = saidPlaces(
    turns.map((turn) => ({ ...readReply(turn.content), clips: turn.shown.clips })),
    {
      ...{ timed: wholeVideo, family: run.model.family, bounds: run.bounds },
      rule: protocol.evidence?.coordinates,
    },
  );
  const named = places.length === 0 ? {} : { places };
  run.journal.emit({ type: 'reasoned', reasoning, moments, ...named });
  if (said !== undefined) run.journal.emit({ type: 'answered', ...said });
  return {
    reply: { response, reasoning, ...(said === undefined ? {} : { answer: said }), moments, ...named },
    trace: loopTrace(opening, clip, outcome, response, answer),
    turns: turns.map((turn) => turnRecord(protocol, turn)),
    stop,
  };
}

function warnOfStop({ journal }: Run, { stop, turns }: LoopOutcome, answer: string | undefined): void {
  const generated = turns.at(-1)?.outputIds.length ?? 0;
  const problem = {
    answered: answer === undefined ? 'The model ended without an answer.' : undefined,
    malformed: 'The model called a tool in a form that cannot be read, and ended with it.',
    rounds: `The model still called tools after ${turns.length} replies, as many as it may give.`,
    length: `The reply was cut after ${generated} tokens.`,
    context: 'What was looked at leaves no room for another reply.',
  }[stop];
  if (problem !== undefined) journal.warn({ code: stopWarnings[stop], message: problem });
}

const stopWarnings = {
  answered: 'NO_ANSWER',
  malformed: 'TOOL_CALL_MALFORMED',
  rounds: 'TOOL_ROUNDS_USED',
  length: 'REPLY_CUT',
  context: 'CONTEXT_FULL',
} as const;

function turnRecord(protocol: ToolProtocol, turn: LoopTurn): ToolTurn {
  const { response, content, calls, results, tokens } = turn;
  return {
    ...{ response, content, tokens },
    calls: calls.flatMap((call, index) => {
      const result = results[index];
      return result === undefined ? [] : [toolCallOf(protocol, call, result)];
    }),
  };
}

function loopTrace(
  { prompt }: ToolOpening,
  clip: ImageClip,
  { turns, stop, minMargin }: LoopOutcome,
  response: string,
  answer: string | undefined,
): ToolLoopTrace {
  const { video, imageIndices, imageSec, readerSize } = clip;
  if (readerSize === undefined) throw new EngineError('INTERNAL', 'Images are read in a size of their own.');
  return {
    prompt,
    totalFrames: video.totalFrames,
    fps: video.fps,
    durationSec: shareToSeconds(video, 1),
    frameIndices: [...imageIndices],
    frameSec: [...imageSec],
    frameSize: [readerSize.height, readerSize.width],
    turns: turns.map(turnTrace),
    ...{ stop, response, answer: answer ?? null },
    ...(minMargin === undefined ? {} : { minMargin }),
  };
}

function turnTrace({ shown, outputIds, response, content, calls, results }: LoopTurn): ToolTurnTrace {
  return {
    text: shown.text,
    inputIds: [...shown.tokenIds],
    gridsTHW: shown.grids.map((grid) => [...grid]),
    ropeDelta: shown.ropeDelta,
    outputIds: [...outputIds],
    ...{ response, content },
    calls: calls.map((call) => ({ name: call.name, arguments: writeJson(call.arguments) })),
    results: results.map(({ ok, text, clip, spanSec }) => ({
      ...{ ok, text },
      ...(spanSec === undefined ? {} : { spanSec: [...spanSec] as [number, number] }),
      ...(clip?.readerSize === undefined
        ? {}
        : {
            frameIndices: [...clip.imageIndices],
            frameSec: [...clip.imageSec],
            frameSize: [clip.readerSize.height, clip.readerSize.width] as [number, number],
          }),
    })),
  };
}
