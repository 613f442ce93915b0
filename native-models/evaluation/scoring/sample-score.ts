import { readChoice } from '../../agent/prompts/read-choice.ts';
import { cgBenchGrid, pooledIou, selectGuesses, unionIou } from '../metrics/cg-bench.ts';
import { heardLetter, isSilent } from '../metrics/choice-letter.ts';
import type { RecallGrid } from '../metrics/moment-recall.ts';
import { defaultGrid, guessOverlaps, reaches, recallHits } from '../metrics/moment-recall.ts';
import type { Span } from '../metrics/spans.ts';
import { bestOverlap } from '../metrics/spans.ts';
import type { ScoredBenchmark } from './benchmarks.ts';
import type {
  AnswerPart,
  GroundingPart,
  Guesses,
  PredictionSample,
  ReportIssue,
} from './prediction-sample.ts';

/** Which measures are taken of every sample. */
export interface ScoringMode {
  readonly grid: RecallGrid;
  /** How choices are heard; default: as the published scorer hears them. */
  readonly answers?: ScoredBenchmark['answers'];
  /** CG-Bench: one number for all chosen guesses; absent: each guess by itself. */
  readonly pooled?: { readonly confidenceThreshold: number };
}

/** The default measures: each guess by itself. */
export const defaultMode: ScoringMode = { grid: defaultGrid };

/** CG-Bench's. @param confidenceThreshold 0 or less: the first guess alone */
export function cgBenchMode(confidenceThreshold: number): ScoringMode {
  return { grid: cgBenchGrid, pooled: { confidenceThreshold } };
}

/** One kind of overlap of a sample: what its first guess (or pool) is worth, and the recalls that it reaches. */
export interface OverlapScore {
  readonly value: number;
  /** In the order of the grid, tops outermost. */
  readonly hits: readonly boolean[];
}

export interface GroundingScore {
  readonly failed: boolean;
  readonly iou: OverlapScore;
  readonly iop: OverlapScore;
  /** Intervals merged before they are compared; only where the measure pools. */
  readonly unionIou?: OverlapScore;
  /** After verification less before: the sign of the change of the first guess. Absent without verification. */
  readonly change?: { readonly iou: number; readonly iop: number };
}

export interface AnswerScore {
  readonly failed: boolean;
  readonly correct: boolean;
  /** The letter of the option that was heard. */
  readonly heard?: string | undefined;
}

/** Everything that the tables add up. */
export interface SampleScore {
  readonly grounding?: GroundingScore;
  readonly answer?: AnswerScore;
  /** By the program's own reading, which forgives form. */
  readonly tolerantAnswer?: AnswerScore;
}

/** Scores a sample; what is broken counts as failed and misses everything. */
export function scoreSample(sample: PredictionSample, mode: ScoringMode, report: ReportIssue): SampleScore {
  const { grounding, answer } = sample;
  return {
    ...(grounding.state === 'absent'
      ? {}
      : {
          grounding:
            grounding.state === 'read'
              ? scoreGrounding(grounding.value, grounding.failed, mode)
              : missedGrounding(mode),
        }),
    ...(answer.state === 'absent'
      ? {}
      : answer.state === 'read'
        ? scoreAnswer(answer.value, answer.failed, mode, report)
        : { answer: failedAnswer, tolerantAnswer: failedAnswer }),
  };
}

/** A sample that should have been grounded and was not, or cannot be read. */
export function missedGrounding(mode: ScoringMode): GroundingScore {
  const nothing = missedOverlap(mode);
  return {
    failed: true,
    iou: nothing,
    iop: nothing,
    ...(mode.pooled === undefined ? {} : { unionIou: nothing }),
  };
}

const failedAnswer: AnswerScore = { failed: true, correct: false };

function missedOverlap({ grid }: ScoringMode): OverlapScore {
  return { value: 0, hits: grid.tops.flatMap(() => grid.thresholds.map(() => false)) };
}

function scoreGrounding(
  { guesses, truths, before }: GroundingPart,
  failed: boolean,
  mode: ScoringMode,
): GroundingScore {
  const { grid, pooled } = mode;
  const overlaps = guessOverlaps(guesses.spans, truths, grid);
  const value = firstValue(guesses, truths, mode);
  const iop: OverlapScore = { value: value.iop, hits: recallHits(overlaps, 'iop', grid) };
  const was = before === undefined ? undefined : firstValue(before, truths, mode);
  const change =
    was === undefined
      ? {}
      : { change: { iou: Math.sign(value.iou - was.iou), iop: Math.sign(value.iop - was.iop) } };
  if (pooled === undefined) {
    return { failed, iou: { value: value.iou, hits: recallHits(overlaps, 'iou', grid) }, iop, ...change };
  }
  const chosen = selectGuesses(guesses.spans, guesses.confidences, pooled.confidenceThreshold);
  return {
    failed,
    iou: pooledOverlap(value.iou, grid),
    iop,
    unionIou: pooledOverlap(unionIou(chosen, truths), grid),
    ...change,
  };
}

/** What verification is compared by: the first guess, or the pool that it heads. */
function firstValue(
  { spans, confidences }: Guesses,
  truths: readonly Span[],
  { pooled }: ScoringMode,
): { readonly iou: number; readonly iop: number } {
  const [first] = spans;
  if (first === undefined) return { iou: 0, iop: 0 };
  const single = bestOverlap(first, truths);
  if (pooled === undefined) return single;
  const chosen = selectGuesses(spans, confidences, pooled.confidenceThreshold);
  return { iou: pooledIou(chosen, truths), iop: single.iop };
}

function pooledOverlap(value: number, { tops, thresholds }: RecallGrid): OverlapScore {
  return { value, hits: tops.flatMap(() => thresholds.map((threshold) => reaches(value, threshold))) };
}

function scoreAnswer(
  { reply, options, truth }: AnswerPart,
  failed: boolean,
  { answers }: ScoringMode,
  report: ReportIssue,
): { readonly answer: AnswerScore; readonly tolerantAnswer: AnswerScore } {
  if (isSilent(reply)) report('empty-reply', 'Nothing is left of the reply to hear a letter in.');
  const wanted = truth.toUpperCase();
  const judge = (letter: string | undefined): AnswerScore => ({
    failed: failed || letter === undefined,
    correct: letter === wanted,
    heard: letter,
  });
  if (answers === 'as-asked') {
    const score = judge(readChoice(reply, options));
    return { answer: score, tolerantAnswer: score };
  }
  return {
    answer: judge(heardLetter(reply, options.length)),
    tolerantAnswer: judge(readChoice(reply, options)),
  };
}
