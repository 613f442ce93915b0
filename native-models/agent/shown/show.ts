import type { PromptedModel } from '../../checkpoints/package-outline.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { Role, Speaker } from '../../protocol/roles.ts';
import type { Moment } from '../../protocol/run-record.ts';
import type { PromptTrace } from '../../protocol/run-trace.ts';
import { chooseClip, clipOfFrames } from './clip.ts';
import type { Clip } from './clip.ts';
import { writePrompt } from '../prompts/write-prompt.ts';
import type { PromptWords, PromptWriter } from '../prompts/write-prompt.ts';
import { budgetOf } from './role-budget.ts';
import type { Run } from '../run.ts';
import { pairSeconds, secondsBetweenPairs, stampText } from './pair-times.ts';

/** What a role is shown and told, ready to be read by the network. Nothing is decoded yet. */
export interface Shown {
  readonly role: Speaker;
  /** Whose embeddings, adapters and vocabulary head read it; a reasoner is the bare base, as the answerer is. */
  readonly weights: Role;
  /** What of the video stands in the prompt, in its order; none where there is nothing but text. */
  readonly clips: readonly Clip[];
  readonly text: string;
  /** Visual tokens expanded. */
  readonly tokenIds: readonly number[];
  /** (3, sequence) */
  readonly positions: Int32Array;
  readonly ropeDelta: number;
  /** New tokens that may follow. */
  readonly maxNewTokens: number;
}

/** What a role of the chain is shown. */
export interface ShownVideo extends Shown {
  /** The only one. */
  readonly clip: Clip;
}

/** What of a run decides what a role is shown: a run, or the plan of one. */
export type PromptedRun = Pick<Run, 'request' | 'video'> & { readonly model: PromptedModel };

/** New tokens of a role, unless the request says otherwise. */
const defaultMaxTokens = 256;

/**
 * Chooses the frames of a span for a role, unless they are chosen already, and writes its prompt. `insertMarks` may put tokens into the expanded prompt.
 *
 * @throws EngineError QUESTION_TOO_LONG when prompt and reply would not fit the network's longest sequence.
 */
export function show(
  run: PromptedRun,
  role: Role,
  span: Moment | Clip,
  words: PromptWords,
  insertMarks: (
    tokenIds: readonly number[],
    clip: { pairs: number; tokensPerPair: number },
  ) => readonly number[] = (tokenIds) => tokenIds,
): ShownVideo {
  const { network } = run.model;
  const clip = 'frameIndices' in span ? span : clipFor(run, role, span);
  const { family } = run.model;
  const pairSec = pairSeconds(clip.frameIndices, clip.video.fps);
  const stamps = family.pairTimes === 'stamps' ? pairSec.map(stampText) : undefined;
  const prompt = writePrompt(promptWriter(run.model), words, { grid: clip.grid, stamps });
  const { tokensPerPair } = prompt;
  const tokenIds = insertMarks(prompt.tokenIds, { pairs: clip.grid[0], tokensPerPair });
  const maxNewTokens = newTokens(run, role);
  if (tokenIds.length + maxNewTokens > network.maxPositions) {
    throw new EngineError(
      'QUESTION_TOO_LONG',
      `The ${role}'s prompt has ${tokenIds.length} tokens; with ${maxNewTokens} new ones it does not fit the model's ${network.maxPositions}.`,
      { remedy: 'Ask a shorter question, give fewer subtitles, or allow fewer new tokens.' },
    );
  }
  const videos = [{ grid: clip.grid, secondsPerPair: secondsBetweenPairs(pairSec) }];
  const { positions, ropeDelta } = family.positions(tokenIds, { videos });
  const { text } = prompt;
  return { role, weights: role, clip, clips: [clip], text, tokenIds, positions, ropeDelta, maxNewTokens };
}

/** The frames of a span that a role is shown. */
export function clipFor(run: PromptedRun, role: Role, span: Moment): Clip {
  return chooseClip(run.video, span, budgetOf(run, role), run.model.network);
}

/** What prompts of a model are written with. */
export function promptWriter({ tokenizer, chatTemplate, network }: PromptedModel): PromptWriter {
  const { videoPad, visionStart, visionEnd } = network.tokens;
  return { tokenizer, chatTemplate, videoPad, visionStart, visionEnd, mergeSize: network.mergeSize };
}

/** The trace of what was shown. */
export function promptTrace(shown: ShownVideo): PromptTrace {
  return {
    frameIndices: [...shown.clip.frameIndices],
    gridTHW: [...shown.clip.grid],
    frameSize: [shown.clip.size.height, shown.clip.size.width],
    text: shown.text,
    inputIds: [...shown.tokenIds],
  };
}

/** Chosen frames as a role is shown them. */
export function clipOf(run: PromptedRun, role: Role, frameIndices: readonly number[]): Clip {
  return clipOfFrames(run.video, frameIndices, budgetOf(run, role), run.model.network);
}

/** The verifier reads one row of logits; the others may write as much as was allowed, or what a benchmark forces. */
function newTokens(run: PromptedRun, role: Role): number {
  if (role === 'verifier') return 0;
  return run.request.forcedTokens?.[role] ?? run.request.maxTokens ?? defaultMaxTokens;
}
