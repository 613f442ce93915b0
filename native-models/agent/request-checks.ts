import type { TextTokenizer } from '../architectures/vision-language-model.ts';
import type { PromptedModel } from '../checkpoints/package-outline.ts';
import type { Video } from '../media/video.ts';
import type { AskRequest } from '../protocol/ask-request.ts';
import { EngineError } from '../protocol/errors.ts';
import type { Moment } from '../protocol/moments.ts';
import type { Candidate, RunWarning } from '../protocol/run-record.ts';
import { checkOptions } from './prompts/choices.ts';
import { followedBounds } from './follow/followed-range.ts';
import type { Bounds } from './shown/spans.ts';
import { holdsControlTokens } from './prompts/untrusted-text.ts';

/** Longer questions are refused before any work, in characters. */
export const maxQuestionLength = 20_000;

/** The frame rule needs as many. */
const minFrames = 4;

/**
 * Refuses what cannot be asked, before the video is touched.
 *
 * @throws EngineError QUESTION_EMPTY, QUESTION_TOO_LONG, ARGUMENT_INVALID (options), RANGE_INVALID
 */
export function checkQuestion(request: AskRequest): void {
  const { question, options, startSec, endSec } = request;
  if (question.trim() === '') throw new EngineError('QUESTION_EMPTY', 'The question is empty.');
  const length = [question, ...(options ?? [])].reduce((sum, text) => sum + text.length, 0);
  if (length > maxQuestionLength) {
    throw new EngineError(
      'QUESTION_TOO_LONG',
      `The question has ${length} characters with its options; ${maxQuestionLength} are the most.`,
      { details: { length, limit: maxQuestionLength } },
    );
  }
  if (options !== undefined) checkOptions(options);
  if (startSec !== undefined && endSec !== undefined && startSec >= endSec) {
    throw new EngineError(
      'RANGE_INVALID',
      `The range starts at ${startSec} s, not before its end at ${endSec} s.`,
    );
  }
}

/**
 * Refuses what this model cannot be asked, instead of leaving it out without a word.
 *
 * @throws EngineError ARGUMENT_INVALID, ROLES_INVALID
 */
export function checkFamily(request: AskRequest, { path, reasoner }: PromptedModel): void {
  if (reasoner === undefined) {
    if (request.reasoner === undefined) return;
    throw new EngineError(
      'ARGUMENT_INVALID',
      `${path} is a VideoMind package: frames, prompts and verification can only be set for models that reason aloud.`,
      { remedy: 'Leave those options out, or name a package of a Qwen2.5-VL or Qwen3-VL checkpoint.' },
    );
  }
  if (request.roles !== undefined) {
    throw new EngineError('ROLES_INVALID', `${path} reasons aloud and has no roles to choose from.`, {
      remedy: 'Leave the roles out, or name a VideoMind package.',
    });
  }
  if (request.claims !== undefined) {
    throw new EngineError('ARGUMENT_INVALID', `${path} reasons aloud and judges no moments.`, {
      remedy: 'Name a VideoMind package, whose verifier does.',
    });
  }
  if (request.search?.mode === 'windows') {
    throw new EngineError('ARGUMENT_INVALID', `${path} reasons aloud and searches no windows.`, {
      remedy: 'Leave --search out, or name a VideoMind package, whose grounder can search.',
    });
  }
  if (request.reasoner?.verbatim === true && request.subtitlesPath !== undefined) {
    throw new EngineError('ARGUMENT_INVALID', 'A verbatim prompt takes no subtitles.', {
      remedy: 'Put them into the prompt, or let the program write the prompt.',
    });
  }
}

/**
 * Moments that are to be judged, as candidates. Their ends may lie a frame behind that of what is looked at: whoever measured the
 * video otherwise may take it for as much longer.
 *
 * @throws EngineError RANGE_INVALID for one that is not inside what is looked at
 */
export function claimedCandidates(
  claims: readonly Moment[],
  bounds: Bounds,
  { fps }: Pick<Video, 'fps'>,
): Candidate[] {
  return claims.map((claim) => {
    const { startSec } = claim;
    const endSec = Math.min(claim.endSec, bounds.endSec);
    if (startSec < bounds.startSec || claim.endSec > bounds.endSec + 1 / fps || endSec <= startSec) {
      throw new EngineError(
        'RANGE_INVALID',
        `The moment ${startSec} s to ${claim.endSec} s is not inside ${bounds.startSec} s to ${bounds.endSec.toFixed(2)} s.`,
        { details: { ...claim, ...{ from: bounds.startSec, to: bounds.endSec } } },
      );
    }
    return { startSec, endSec, confidence: 0 };
  });
}

/** What a person should know of a question that is asked all the same. */
export function questionWarnings(request: AskRequest, tokenizer: TextTokenizer): RunWarning[] {
  const texts = [request.question, ...(request.options ?? [])];
  if (!texts.some((text) => holdsControlTokens(text, tokenizer))) return [];
  return [
    {
      code: 'CONTROL_TOKENS_AS_TEXT',
      message: 'The question names control tokens of the model; they are passed on as plain letters.',
    },
  ];
}

/**
 * The part of a video that the chain sees, in seconds of presentation.
 *
 * @throws EngineError VIDEO_TOO_SHORT, RANGE_INVALID
 */
export function selectBounds(video: Video, request: AskRequest): Bounds {
  if (video.totalFrames < minFrames) {
    throw new EngineError(
      'VIDEO_TOO_SHORT',
      `${video.path} has ${video.totalFrames} frames; at least ${minFrames} are needed.`,
      { details: { totalFrames: video.totalFrames } },
    );
  }
  // With a constant rate the reference's duration, frames ÷ rate, which differs from the container's in the last digits.
  const durationSec = video.constantRate ? video.totalFrames / video.fps : video.durationSec;
  const { startSec = 0, endSec = durationSec } = request;
  const frameSec = 1 / video.fps;
  if (startSec >= durationSec || endSec > durationSec + frameSec) {
    throw new EngineError(
      'RANGE_INVALID',
      `The range ${startSec} s to ${endSec} s is not inside the video, which is ${durationSec.toFixed(2)} s long.`,
      { details: { startSec, endSec, durationSec } },
    );
  }
  const bounds = { startSec, endSec: Math.min(endSec, durationSec) };
  // A model that reasons aloud has read what was said before; a range that a person gives says more than words.
  const isGiven = request.startSec !== undefined || request.endSec !== undefined;
  if (isGiven || request.reasoner !== undefined) return bounds;
  return followedBounds(request.question, request.follows, bounds);
}
