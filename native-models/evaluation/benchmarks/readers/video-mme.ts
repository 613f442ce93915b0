import { z } from 'zod';
import type { Draft, ReadContext } from '../data-set.ts';
import { readParquetRows } from '../reading/annotation-files.ts';
import { answerByLetter } from '../reading/answer-by-text.ts';
import { draftItems, idSchema, optionsSchema, skip, textSchema } from '../reading/item-drafts.ts';

const rowSchema = z.object({
  question_id: idSchema.optional(),
  videoID: textSchema,
  duration: textSchema,
  question: textSchema,
  options: optionsSchema,
  answer: textSchema,
});

/** Options are written "A. text". */
const optionPrefixLength = 3;

/** Video-MME, without subtitles: the length class is the category. Files: rows. */
export async function* videoMme(context: ReadContext): AsyncGenerator<Draft> {
  const [file = ''] = context.splitFile.files;
  yield* draftItems(readParquetRows(context, file), rowSchema, (row, place) => {
    const options = row.options.map((option) => option.slice(optionPrefixLength));
    const truth = answerByLetter(row.answer, options);
    if (truth.answerLetter === undefined) {
      return [skip(place, 'answer-missing', `answer is ${row.answer}, which is the letter of no option`)];
    }
    const draft: Draft = {
      kind: 'draft',
      place,
      ...(row.question_id !== undefined && { id: row.question_id }),
      videos: [`videomme/videos/${row.videoID}.mp4`],
      question: row.question,
      options,
      ...truth,
      categories: [row.duration],
    };
    return [draft];
  });
}
