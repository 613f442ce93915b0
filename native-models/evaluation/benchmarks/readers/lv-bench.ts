import { z } from 'zod';
import type { Draft, ReadContext } from '../data-set.ts';
import { readJsonLines } from '../reading/annotation-files.ts';
import { answerByLetter } from '../reading/answer-by-text.ts';
import { draftItems, idSchema, invalidItem, skip, textSchema } from '../reading/item-drafts.ts';

const lineSchema = z.object({ key: textSchema, qa: z.array(z.unknown()) });
const questionSchema = z.object({
  uid: idSchema.optional(),
  question: textSchema,
  answer: textSchema,
  question_type: z.array(z.string()),
  time_reference: z.string().optional(),
});

/** LVBench: a line a video, its questions with the options in their text. A question may have several categories. */
export async function* lvBench(context: ReadContext): AsyncGenerator<Draft> {
  const [file = ''] = context.splitFile.files;
  yield* draftItems(readJsonLines(context, file), lineSchema, ({ key, qa }, place) =>
    qa.map((value): Draft => {
      const item = questionSchema.safeParse(value);
      if (!item.success) return invalidItem(place, item.error, value);
      const { uid, answer, question_type: categories, time_reference: reference } = item.data;
      const [question = '', ...lines] = item.data.question.split('\n');
      const options = lines.flatMap((line) => /^\([A-Z]\) (.*)$/s.exec(line)?.slice(1) ?? []);
      if (options.length !== lines.length || options.length === 0) {
        return skip(place, 'field-invalid', `question: not a line and options "(A) …" below it: ${question}`);
      }
      const truth = answerByLetter(answer, options);
      if (truth.answerLetter === undefined) {
        return skip(place, 'answer-missing', `answer is ${answer}, which is the letter of no option`);
      }
      return {
        kind: 'draft',
        place,
        ...(uid !== undefined && { id: `${key}_${uid}` }),
        videos: [`lvbench/videos_3fps_480_noaudio/${key}.mp4`],
        question,
        options,
        ...truth,
        categories,
        // A list in the reference's dumps even where it holds one.
        extra: { task: categories, ...(reference !== undefined && { time_reference: reference }) },
      };
    }),
  );
}
