import { z } from 'zod';
import type { SampleNote } from '../benchmark.ts';
import type { Draft, ReadContext } from '../data-set.ts';
import {
  draftItems,
  durationSchema,
  idSchema,
  optionsSchema,
  skip,
  spanSchema,
  textSchema,
} from '../reading/item-drafts.ts';
import { optionsProblem, readOptionTruth } from '../reading/option-truth.ts';
import { readOwnLines } from './own-lines.ts';
import { readOwnTable } from './own-table.ts';

/** One line of one's own annotations. Times in seconds; `spans` may hold several moments. */
const lineSchema = z
  .object({
    /** Path of the video, relative to the data folder, or absolute. */
    video: textSchema,
    id: idSchema.optional(),
    query: textSchema.optional(),
    question: textSchema.optional(),
    options: optionsSchema.optional(),
    /** The right option: its text or its letter. */
    answer: textSchema.optional(),
    spans: z
      .array(
        spanSchema.refine(([start, end]) => start >= 0 && end > start, {
          message: 'A moment starts at 0 or later and ends behind its start',
        }),
      )
      .min(1)
      .optional(),
    duration: durationSchema.optional(),
    category: textSchema.optional(),
    subtitles: textSchema.optional(),
  })
  .refine((line) => line.query !== undefined || line.question !== undefined, {
    message: 'Neither query nor question is there',
  });

/** One's own annotations, as JSONL or as a table with the same names as columns: `.csv`, `.tsv` or `.tab`. */
export async function* ownAnnotations(context: ReadContext): AsyncGenerator<Draft> {
  const { files } = context.splitFile;
  const present = await Promise.all(files.map((name) => context.videos.has(name)));
  const file = files[Math.max(0, present.indexOf(true))] ?? '';
  // What holds for the whole file is told with its first sample.
  const untold: SampleNote[] = [];
  const assume = (detail: string): void => void untold.push({ kind: 'annotations-assumed', detail });
  const isTable = /\.(?:csv|tsv|tab)$/iu.test(file);
  const pieces = isTable ? readOwnTable(context, file, assume) : readOwnLines(context, file, assume);
  yield* draftItems(pieces, lineSchema, (line, place) => {
    const { options, answer, category, duration, spans } = line;
    const { notes: odd = [], ...truth } =
      answer === undefined || options === undefined ? {} : readOptionTruth(answer, options);
    const problem = options && optionsProblem(options);
    if (problem !== undefined) return [skip(place, 'options-invalid', problem)];
    if (options !== undefined && answer === undefined) {
      return [skip(place, 'answer-missing', 'There are options and no answer')];
    }
    if (options === undefined && spans === undefined && answer === undefined) {
      return [skip(place, 'spans-missing', 'There are neither spans nor an answer')];
    }
    const notes: readonly SampleNote[] = [...untold.splice(0), ...odd];
    const draft: Draft = {
      kind: 'draft',
      place,
      ...(line.id !== undefined && { id: line.id }),
      videos: [line.video],
      durationSec: duration,
      query: line.query,
      question: line.question,
      ...(options !== undefined && { options }),
      ...(options === undefined && answer !== undefined && { answer }),
      ...truth,
      ...(spans !== undefined && { spans }),
      ...(category !== undefined && { categories: [category] }),
      ...(line.subtitles !== undefined && { subtitles: line.subtitles }),
      ...(notes.length > 0 && { notes }),
    };
    return [draft];
  });
}
