import path from 'node:path';
import { probeVideo } from '../../media/probe.ts';
import { readFrames } from '../../media/read-frames.ts';
import { pngDataUrl } from '../../media/write-png.ts';
import { secondsToPosition } from '../../media/timeline.ts';
import type { FrameSize, Video } from '../../media/video.ts';
import type { WorstCase } from '../../protocol/eval-report.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { Span } from '../metrics/spans.ts';
import type { ScoredSample } from './scored-samples.ts';

/** Width of the pictures, in pixels. */
const frameWidth = 176;

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

/**
 * A sample as the report shows it, with pictures of the true moment and the guess where its video can be read.
 * @param dataDir where videos written as `data/…` lie; absent: no pictures
 */
export async function worstCase(
  sample: ScoredSample,
  dataDir: string | undefined,
  signal: AbortSignal | undefined,
): Promise<WorstCase> {
  const { prediction, score, shown } = sample;
  const { grounding, answer, durationSec } = prediction;
  const truths = grounding.state === 'read' ? grounding.value.truths : [];
  const [guess] = grounding.state === 'read' ? grounding.value.guesses.spans : [];
  const moments = [
    ...(truths[0] === undefined ? [] : [{ name: 'true', span: truths[0] }]),
    ...(guess === undefined || shown.error !== undefined ? [] : [{ name: 'found', span: guess }]),
  ];
  return {
    id: sample.id,
    video: shown.video,
    text: shown.text,
    ...(durationSec === undefined ? {} : { durationSec }),
    truths: truths.map(([start, end]) => [start, end]),
    ...(guess === undefined ? {} : { guess: [guess[0], guess[1]] }),
    ...(score.grounding === undefined ? {} : { iou: score.grounding.iou.value }),
    ...(answer.state === 'read' ? { reply: answer.value.reply } : {}),
    ...(shown.answer === undefined ? {} : { answer: shown.answer }),
    ...(shown.error === undefined ? {} : { error: shown.error }),
    frames: dataDir === undefined ? [] : await pictures(shown.video, dataDir, moments, signal),
  };
}

interface NamedMoment {
  readonly name: string;
  readonly span: Span;
}

/** Start and middle of each moment. A video that cannot be read has no pictures: the case says so by its error. */
async function pictures(
  written: string,
  dataDir: string,
  moments: readonly NamedMoment[],
  signal: AbortSignal | undefined,
): Promise<WorstCase['frames']> {
  if (written === '' || moments.length === 0) return [];
  try {
    const video = await probeVideo(path.resolve(dataDir, written.replace(/^data\//, '')), { signal });
    const wanted = moments.flatMap(({ name, span: [start, end] }) => [
      { label: `${name}, start`, frameIndex: frameAt(video, start) },
      { label: `${name}, middle`, frameIndex: frameAt(video, (start + end) / 2) },
    ]);
    const size = pictureSize(video);
    const frames: WorstCase['frames'] = [];
    const indices = wanted.map(({ frameIndex }) => frameIndex);
    for await (const frame of readFrames(video, indices, size, { signal })) {
      const label = wanted[frames.length]?.label ?? '';
      frames.push({ label, url: pngDataUrl(frame.rgb, size) });
    }
    return frames;
  } catch (error) {
    if (error instanceof EngineError && error.code !== 'CANCELLED') return [];
    throw error;
  }
}

function frameAt(video: Video, timeSec: number): number {
  const position = Math.round(secondsToPosition(video, timeSec));
  return Math.min(video.totalFrames - 1, Math.max(0, position));
}

function pictureSize({ width, height }: Video): FrameSize {
  return { width: frameWidth, height: Math.max(2, Math.round((frameWidth * height) / width)) };
}
