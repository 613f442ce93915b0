import { z } from 'zod';
import { roundHalfToEven } from '../../metrics/rounding.ts';
import type { Draft, ReadContext } from '../data-set.ts';
import { cleanQuery, countWords } from '../reading/clean-text.ts';
import { draftItems, skip, spanSchema } from '../reading/item-drafts.ts';
import { readKeyedItems } from '../reading/keyed-items.ts';

const entrySchema = z.object({
  key: z.string(),
  entry: z.object({
    num_frames: z.number().positive(),
    fps: z.number().positive(),
    exact_times: z.array(spanSchema),
    sentences: z.array(z.string()),
  }),
});

/** What training takes: narrations that say something certain, of a length that a model can learn from. */
const training = { minVideoSec: 10, maxVideoSec: 600, minWords: 3, maxWords: 30 };
const questionWords = /^(what|who|whom|whose|where|when|which|why|how)\b/i;

/** Ego4D-NaQ: id → narrations with times; sentences that occur again in a video are left out. Files: one. */
export async function* ego4dNaq(context: ReadContext): AsyncGenerator<Draft> {
  const [file = ''] = context.splitFile.files;
  yield* draftItems(readKeyedItems(context, file), entrySchema, ({ key, entry }, place) => {
    const { exact_times: times, sentences } = entry;
    if (times.length !== sentences.length) {
      return [
        skip(place, 'field-invalid', `${key} has ${times.length} times for ${sentences.length} sentences`),
      ];
    }
    const durationSec = entry.num_frames / entry.fps;
    const queries = sentences.map(cleanQuery);
    const counts = new Map<string, number>();
    for (const query of queries) counts.set(query, (counts.get(query) ?? 0) + 1);
    return times.map(([startSec, endSec], index): Draft => {
      const query = queries[index] ?? '';
      const fault =
        query === ''
          ? 'The sentence is empty'
          : (counts.get(query) ?? 0) > 1
            ? `"${query}" occurs again in ${key}`
            : context.split === 'train'
              ? unfitForTraining(query, durationSec)
              : undefined;
      if (fault !== undefined) return skip(place, 'filtered-out', fault);
      const spans = [[roundHalfToEven(startSec, 3), roundHalfToEven(endSec, 3)]] as const;
      const videos = [`ego4d/v2/videos_3fps_480_noaudio/${key}.mp4`];
      return { kind: 'draft', place, videos, durationSec, query, spans };
    });
  });
}

function unfitForTraining(query: string, durationSec: number): string | undefined {
  const words = countWords(query);
  if (durationSec < training.minVideoSec || durationSec > training.maxVideoSec) {
    return `The video takes ${durationSec} s`;
  }
  if (words < training.minWords || words > training.maxWords) return `The sentence has ${words} words`;
  if (questionWords.test(query) || query.endsWith('?')) return `"${query}" is a question`;
  return query.includes('#unsure') ? `"${query}" is unsure` : undefined;
}
