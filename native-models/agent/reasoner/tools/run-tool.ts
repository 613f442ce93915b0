import { shareToSeconds, secondsToPosition } from '../../../media/timeline.ts';
import type { Subtitle } from '../../../media/subtitles/subtitle.ts';
import { EngineError } from '../../../protocol/errors.ts';
import type { Candidate } from '../../../protocol/run-record.ts';
import { fixedText } from '../../../python-text/format-text.ts';
import { ground } from '../../roles/grounder.ts';
import { verify } from '../../roles/verifier.ts';
import type { Run, Workspace } from '../../run.ts';
import { subtitleText } from '../../prompts/subtitle-lines.ts';
import type { FoundCall } from './find-calls.ts';
import { chooseImages, singleImage } from './image-clip.ts';
import type { ToolKind, ToolKindOf } from './protocol-schema.ts';
import type { ToolProtocol } from './read-protocol.ts';
import { ToolArguments } from './tool-arguments.ts';
import { Refusal, refused } from './tool-results.ts';
import type { ToolResult } from './tool-results.ts';
import { ownResults, say } from './tool-words.ts';

/** What tools work on. Nothing else can be reached from a call: no file, no address. */
export interface ToolBench {
  readonly run: Run;
  readonly protocol: ToolProtocol;
  /** The name that stands for the video. */
  readonly shownPath: string;
  /** Side of the cells that the reader sizes frames in, in pixels. */
  readonly readerFactor: number;
  readonly subtitles: readonly Subtitle[];
  /** The package whose roles ground and verify, where there is one. */
  readonly videoMind: Workspace | undefined;
}

/** Errors that concern what was asked for, not the run: the model is told and goes on. */
const ofTheCall = new Set(['VIDEO_DECODE_FAILED', 'VIDEO_TOO_SHORT', 'RANGE_INVALID']);

/**
 * Runs a call. Whatever a reply holds, it comes to a result: what is wrong with a call is told to the model.
 * @throws EngineError CANCELLED, and what concerns the whole run (memory, the device)
 */
export async function runTool(bench: ToolBench, call: FoundCall): Promise<ToolResult> {
  const { protocol } = bench;
  if (call.broken === true) return refused(protocol, 'arguments');
  const kind = kindOf(protocol, call.name);
  if (kind === undefined) return refused(protocol, 'unknown-tool', { name: call.name });
  try {
    return await doTool(bench, kind, call);
  } catch (error) {
    if (error instanceof Refusal) return refused(protocol, error.refusal, error.values);
    if (error instanceof EngineError && ofTheCall.has(error.code)) return refused(protocol, 'failed');
    throw error;
  }
}

/** What a tool of that name does; undefined where there is none. */
export function kindOf({ toolKinds }: Pick<ToolProtocol, 'toolKinds'>, name: string): ToolKind | undefined {
  return Object.hasOwn(toolKinds, name) ? toolKinds[name] : undefined;
}

function doTool(bench: ToolBench, kind: ToolKind, call: FoundCall): Promise<ToolResult> | ToolResult {
  switch (kind.kind) {
    case 'crop':
      return crop(bench, kind, call);
    case 'frame':
      return frame(bench, kind, call);
    case 'ground':
      return groundDescription(bench, kind, call);
    case 'verify':
      return verifyClaim(bench, kind, call);
    case 'subtitles':
      return readStretch(bench, kind, call);
  }
}

function argumentsOf({ run }: ToolBench, call: FoundCall, required: readonly string[]): ToolArguments {
  return new ToolArguments(call.arguments, required, shareToSeconds(run.video, 1));
}

function crop(bench: ToolBench, kind: ToolKindOf<'crop'>, call: FoundCall): ToolResult {
  const { run, protocol, readerFactor } = bench;
  const times = 'span' in kind ? [kind.span] : [kind.start, kind.end];
  const given = argumentsOf(bench, call, [kind.path ?? [], times, kind.fps ?? []].flat());
  if (kind.path !== undefined) given.requirePath(kind.path, bench.shownPath);
  const { startSec, endSec, told } = given.stretch(kind);
  const budget = kind.fps === undefined ? protocol.crop : { ...protocol.crop, fps: given.rate(kind.fps) };
  // A model that says how densely it looks has to keep to what there is; another is shown as much as fits.
  const wanted = Math.floor(budget.fps * (endSec - startSec));
  if (kind.fps !== undefined && wanted > budget.maxFrames)
    throw new Refusal('too-dense', { ...told, frames: BigInt(wanted), most: BigInt(budget.maxFrames) });
  const clip = (() => {
    try {
      return chooseImages(run.model, run.video, { startSec, endSec }, budget, {
        factor: readerFactor,
        choice: protocol.frames.choice,
      });
    } catch (error) {
      const isEmpty =
        error instanceof EngineError && (error.code === 'RANGE_INVALID' || error.code === 'VIDEO_TOO_SHORT');
      throw isEmpty ? new Refusal('range', told) : error;
    }
  })();
  const text = say(protocol.result.text, { ...told, frames: BigInt(clip.imageIndices.length) });
  return { ok: true, text, clip, spanSec: [startSec, endSec] };
}

function frame(bench: ToolBench, kind: ToolKindOf<'frame'>, call: FoundCall): ToolResult {
  const { run, protocol } = bench;
  const given = argumentsOf(bench, call, [kind.time]);
  const sec = given.startSec(kind.time);
  if (Number.isNaN(sec)) throw new Refusal('number', { argument: kind.time });
  const region = kind.region !== undefined && given.has(kind.region) ? given.region(kind.region) : undefined;
  const index = Math.min(run.video.totalFrames - 1, Math.floor(secondsToPosition(run.video, sec)));
  const clip = singleImage(run.model, run.video, index, singleFrameBudget(protocol), region);
  const text = say(protocol.result.frame ?? ownResults.frame, { time: given.text(kind.time) });
  return { ok: true, text, clip, spanSec: [sec, sec] };
}

/** How large a single frame is shown: as the protocol says, or as large as a whole crop. */
export function singleFrameBudget({
  frame,
  crop,
}: Pick<ToolProtocol, 'frame' | 'crop'>): Pick<ToolProtocol['crop'], 'minPixels' | 'maxPixels'> {
  return frame ?? { minPixels: crop.minPixels, maxPixels: crop.maxPixels * crop.maxFrames };
}

async function groundDescription(
  bench: ToolBench,
  kind: ToolKindOf<'ground'>,
  call: FoundCall,
): Promise<ToolResult> {
  const { run, protocol } = bench;
  const description = argumentsOf(bench, call, [kind.description]).words(kind.description);
  const judge = judgeOf(bench, description, 'grounder');
  const found = await run.journal.time('grounder', () => ground(judge, description));
  const moments = found.candidates.map(({ startSec, endSec, confidence }) =>
    momentText(startSec, endSec, confidence),
  );
  const text = say(protocol.result.grounded ?? ownResults.grounded, {
    description,
    moments: moments.join('; '),
  });
  const [best] = found.candidates;
  return {
    ...{ ok: true, text, candidates: found.candidates },
    ...(best === undefined ? {} : { spanSec: [best.startSec, best.endSec] }),
  };
}

async function verifyClaim(
  bench: ToolBench,
  kind: ToolKindOf<'verify'>,
  call: FoundCall,
): Promise<ToolResult> {
  const { run, protocol } = bench;
  const given = argumentsOf(bench, call, [kind.description, kind.start, kind.end]);
  const description = given.words(kind.description);
  const { startSec, endSec, told } = given.stretch(kind);
  if (!(startSec < endSec)) throw new Refusal('range', told);
  const judge = judgeOf(bench, description, 'verifier');
  const claim: Candidate = { startSec, endSec, confidence: 0 };
  const { candidates } = await run.journal.time('verifier', () => verify(judge, [claim]));
  const score = fixedText(candidates[0]?.verifierScore ?? 0, 2);
  const text = say(protocol.result.verified ?? ownResults.verified, { ...told, description, score });
  return { ok: true, text, candidates, spanSec: [startSec, endSec] };
}

function readStretch(bench: ToolBench, kind: ToolKindOf<'subtitles'>, call: FoundCall): ToolResult {
  const { protocol, subtitles } = bench;
  const { startSec, endSec, told } = argumentsOf(bench, call, [kind.start, kind.end]).stretch(kind);
  if (!(startSec < endSec)) throw new Refusal('range', told);
  if (subtitles.length === 0) throw new Refusal('unavailable');
  const lines = subtitleText(subtitles, { startSec, endSec }).text.trim();
  const text = say(protocol.result.subtitles ?? ownResults.subtitles, { ...told, lines });
  return { ok: true, text, spanSec: [startSec, endSec] };
}

/** A run of the package's role on a description of its own, instead of the question. */
function judgeOf({ run, videoMind }: ToolBench, description: string, role: 'grounder' | 'verifier'): Run {
  if (videoMind?.model.roles.includes(role) !== true) throw new Refusal('unavailable');
  // Whoever looks on is told of the call and its result; candidates of the run are others.
  const journal = run.journal.aside(({ type }) => type === 'progress');
  return { ...run, ...videoMind, journal, request: { ...run.request, question: description } };
}

function momentText(startSec: number, endSec: number, confidence: number): string {
  return `${fixedText(startSec, 1)}s to ${fixedText(endSec, 1)}s (${fixedText(confidence, 2)})`;
}
