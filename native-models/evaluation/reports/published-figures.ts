import { z } from 'zod';
import figures from './published-figures.json' with { type: 'json' };

/** Where a figure stands in the scorer's tables; `key` for QVHighlights, whose scorer writes a flat list. */
const placeSchema = z.union([
  z.object({ key: z.string() }),
  z.object({ table: z.string(), column: z.string(), row: z.string() }),
]);
export type FigurePlace = z.infer<typeof placeSchema>;

const publishedFigureSchema = z.object({
  benchmark: z.string(),
  metric: z.string(),
  split: z.string().nullable(),
  /** `zero-shot`, or `fine-tuned` where the benchmark's training split was part of the model's training. */
  setting: z.string(),
  place: placeSchema,
  /** Several values of a model where the documents disagree. */
  models: z.record(z.string(), z.array(z.object({ value: z.number(), sources: z.array(z.string()) }))),
});
export type PublishedFigure = z.infer<typeof publishedFigureSchema>;

const published = z.array(publishedFigureSchema).parse(figures);

/** What VideoMind's authors publish for a benchmark, in percent; empty where they publish nothing. */
export function publishedFigures(benchmark: string): readonly PublishedFigure[] {
  return published.filter((figure) => figure.benchmark === benchmark);
}
