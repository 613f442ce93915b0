import type { WorstCase } from '../../protocol/eval-report.ts';
import { momentPictures } from './moment-pictures.ts';
import type { ScoredSample } from './scored-samples.ts';

/**
 * The samples that went worst: failed ones first, then those whose first guess overlaps least, then wrong answers; each video
 * at most once, so that one bad video does not hide the others.
 */
export function chooseWorst(samples: readonly ScoredSample[], count: number): ScoredSample[] {
  const bad = samples
    .map((sample) => ({ sample, worth: worthOf(sample) }))
    .filter(({ worth }) => worth < 0.5)
    .sort((a, b) => a.worth - b.worth);
  const seen = new Set<string>();
  return bad
    .filter(({ sample: { shown } }) => {
      if (shown.video !== '' && seen.has(shown.video)) return false;
      seen.add(shown.video);
      return true;
    })
    .slice(0, count)
    .map(({ sample }) => sample);
}

/** -1 for a failure, else the mean of overlap and rightness. */
function worthOf({ score, shown }: ScoredSample): number {
  if (shown.error !== undefined) return -1;
  const parts = [
    ...(score.grounding === undefined ? [] : [score.grounding.iou.value]),
    ...(score.answer === undefined ? [] : [Number(score.answer.correct)]),
  ];
  return parts.length === 0 ? 1 : parts.reduce((sum, part) => sum + part, 0) / parts.length;
}

/** A sample as reports show it, but for pictures. */
export function caseOf({ id, prediction, score, shown }: ScoredSample): Omit<WorstCase, 'frames'> {
  const { grounding, answer, durationSec } = prediction;
  const truths = grounding.state === 'read' ? grounding.value.truths : [];
  const [guess] = grounding.state === 'read' ? grounding.value.guesses.spans : [];
  return {
    id,
    video: shown.video,
    text: shown.text,
    ...(durationSec === undefined ? {} : { durationSec }),
    truths: truths.map(([start, end]) => [start, end]),
    ...(guess === undefined ? {} : { guess: [guess[0], guess[1]] }),
    ...(score.grounding === undefined ? {} : { iou: score.grounding.iou.value }),
    ...(answer.state === 'read' ? { reply: answer.value.reply } : {}),
    ...(shown.answer === undefined ? {} : { answer: shown.answer }),
    ...(shown.error === undefined ? {} : { error: shown.error }),
  };
}

/**
 * A sample with pictures of the true moment and the guess where its video can be read.
 * @param dataDir where videos written as `data/…` lie; absent: no pictures
 */
export async function worstCase(
  sample: ScoredSample,
  dataDir: string | undefined,
  signal: AbortSignal | undefined,
): Promise<WorstCase> {
  const shown = caseOf(sample);
  const { truths, guess, error, video } = shown;
  const moments = [
    ...(truths[0] === undefined ? [] : [{ name: 'true', span: truths[0] }]),
    ...(guess === undefined || error !== undefined ? [] : [{ name: 'found', span: guess }]),
  ];
  return {
    ...shown,
    frames: dataDir === undefined ? [] : await momentPictures(video, dataDir, moments, signal),
  };
}
