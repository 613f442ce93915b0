import { z } from 'zod';
import type { MomentCollector } from './imported-moment.ts';

/** A line of QVHighlights' annotation files. */
const qvhighlightsSchema = z.object({
  query: z.string(),
  vid: z.string(),
  relevant_windows: z.array(z.tuple([z.number(), z.number()])),
});
/** A line of QVHighlights whose truth is withheld, or that predictions stand in: `[start, end, score]`. */
const predictionSchema = z.object({
  query: z.string(),
  vid: z.string(),
  pred_relevant_windows: z.array(z.tuple([z.number(), z.number()]).rest(z.number())),
});

/** One JSON value a line: a moment with the fields of our CSV, or a line of QVHighlights. */
export function collectJsonLines(text: string, collector: MomentCollector): void {
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    if (line.trim() === '') continue;
    const place = `line ${index + 1}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      collector.skip(place, 'not JSON');
      continue;
    }
    collectJsonLine(place, value, collector);
  }
}

/** One line's value. */
export function collectJsonLine(place: string, value: unknown, collector: MomentCollector): void {
  const truth = qvhighlightsSchema.safeParse(value);
  const predicted = truth.success ? undefined : predictionSchema.safeParse(value);
  if (truth.success) {
    for (const window of truth.data.relevant_windows) {
      collector.add(place, fromWindow(truth.data.vid, truth.data.query, window));
    }
  } else if (predicted?.success === true) {
    for (const window of predicted.data.pred_relevant_windows) {
      collector.add(place, fromWindow(predicted.data.vid, predicted.data.query, window));
    }
  } else collector.add(place, value);
}

function fromWindow(
  video: string,
  text: string,
  [startSec, endSec]: readonly [number, number, ...unknown[]],
): unknown {
  return { video, text, startSec, endSec };
}
