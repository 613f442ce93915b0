import path from 'node:path';
import { boundSpan } from '../../agent/shown/spans.ts';
import type { BenchmarkSample, JsonValue, Span } from '../benchmarks/benchmark.ts';
import { type ReferenceSampleOptions, toReferenceSample } from '../benchmarks/reference-sample.ts';

/** The forms that roles are trained on (fixtures/README.md, "Training forms of the 27 datasets"). */
export const trainingForms = ['grounding', 'verifying', 'planning', 'answering', 'answering-crop'] as const;
export type TrainingForm = (typeof trainingForms)[number];

/** Forms whose file is one JSON list; the others have a line an item. */
export const listForms: readonly TrainingForm[] = ['verifying'];

/** An item of a training file, under the reference's keys. */
export type TrainingItem = Readonly<Record<string, JsonValue>>;

/** Cropped answering shows at least this much around the true moment; training moves it about a little. */
const shortestCropSec = 16;

/** Grounding: a line as QVHighlights and TACoS have them, with the video's path besides. */
export function groundingItem(sample: BenchmarkSample, options: ReferenceSampleOptions): TrainingItem {
  const reference = toReferenceSample(sample, options);
  return {
    vid: sample.extra['vid'] ?? path.parse(sample.videoPath).name,
    qid: sample.extra['qid'] ?? sample.id,
    query: sample.query ?? '',
    duration: sample.durationSec ?? null,
    relevant_windows: [...(sample.spans ?? [])],
    video_path: reference['video_path'] ?? sample.videoPath,
    source: sample.source,
  };
}

/** Answering: the loader's keys; the answer is the text. */
export function answeringItem(sample: BenchmarkSample, options: ReferenceSampleOptions): TrainingItem {
  return toReferenceSample(sample, options);
}

/** Cropped answering: the same with the stretch that is shown, `crop`: the first true moment, at least 16 s long. */
export function croppedAnsweringItem(sample: BenchmarkSample, options: ReferenceSampleOptions): TrainingItem {
  const [span] = sample.spans ?? [];
  return {
    ...toReferenceSample(sample, options),
    ...(span !== undefined && { crop: cropOf(span, sample.durationSec ?? Math.max(...span)) }),
  };
}

/** Planning: source, data_type, video_path, duration, route, question, and the query where the route rephrases. */
export function planningItem(sample: BenchmarkSample, options: ReferenceSampleOptions): TrainingItem {
  const reference = toReferenceSample(sample, options);
  const rephrases = sample.route === 1 || sample.route === 3;
  return {
    source: sample.source,
    data_type: 'multimodal',
    video_path: reference['video_path'] ?? sample.videoPath,
    duration: sample.durationSec ?? null,
    route: sample.route ?? null,
    question: sample.question ?? '',
    ...(rephrases && { query: sample.query ?? '' }),
  };
}

/** Verifying: a grounder's guesses on one query, of which the first five become samples. */
export function verifyingItem(
  guesses: readonly BenchmarkSample[],
  options: ReferenceSampleOptions,
): TrainingItem {
  const [first] = guesses;
  if (first === undefined) throw new RangeError('A query without guesses cannot be verified.');
  const reference = toReferenceSample(first, options);
  const task = reference['task'];
  return {
    video_path: reference['video_path'] ?? first.videoPath,
    duration: first.durationSec ?? null,
    query: first.query ?? '',
    span: [...(first.spans ?? [])],
    pred: guesses.flatMap(({ verification }) => (verification === undefined ? [] : [verification.moment])),
    ...(task !== undefined && { task }),
  };
}

/** The stretch that cropped answering shows: a span brought into the video and widened to 16 s. */
export function cropOf([startSec, endSec]: Span, durationSec: number): Span {
  const shown = boundSpan({ startSec, endSec }, { startSec: 0, endSec: durationSec }, shortestCropSec);
  return [shown.startSec, shown.endSec];
}
