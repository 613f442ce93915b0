import { z } from 'zod';
import { timesAsFrames } from '../../metrics/sci-video-bench.ts';
import { readVideoKrQuestion } from '../../metrics/videokr-eval.ts';
import type { JsonValue } from '../benchmark.ts';
import type { Draft, ReadContext } from '../data-set.ts';
import { readJsonLines, readParquetRows } from '../reading/annotation-files.ts';
import { answerByLetter } from '../reading/answer-by-text.ts';
import { optionLetter } from '../reading/clean-text.ts';
import { draftItems, idSchema, skip, textSchema } from '../reading/item-drafts.ts';

/* Questions for models that reason aloud, as VideoKR evaluates them. Options are listed with their letters. */

/** A line as it stands: its fields go to the scorer, which reads them as the VideoKR task does. */
const lineSchema: z.ZodType<Readonly<Record<string, JsonValue>>> = z.record(z.string(), z.json());
const pathSchema = z.object({ video_path: textSchema });

/** Names under which a video may lie. */
const suffixes = ['', '.mp4', '.mkv', '.webm', '.avi', '.mov'];

/** VideoKR-Eval: the whole line is kept for the scorer. Files: lines. */
export async function* videoKrEval(context: ReadContext): AsyncGenerator<Draft> {
  const [file = ''] = context.splitFile.files;
  yield* draftItems(readJsonLines(context, file), lineSchema, (line, place) => {
    const path = pathSchema.safeParse(line);
    if (!path.success) return [skip(place, 'field-missing', 'video_path is missing')];
    if (typeof (line['options'] ?? line['option']) === 'string') {
      return [skip(place, 'field-invalid', 'options is text')];
    }
    const item = readVideoKrQuestion(line);
    const draft: Draft = {
      kind: 'draft',
      place,
      ...(item.id !== '' && { id: item.id }),
      videos: suffixes.map((suffix) => `videokr_eval/${path.data.video_path}${suffix}`),
      question: item.question,
      ...(item.options.length > 0 && { options: item.options }),
      answer: item.truth,
      ...answerByLetter(item.truth, item.options),
      categories: [item.subject],
      extra: { document: line },
    };
    return [draft];
  });
}

const mmmuRow = z.object({
  id: textSchema,
  question: textSchema,
  options: z.array(z.string()).nullish(),
  answer: textSchema,
  question_type: textSchema,
});

/** VideoMMMU: `id` is `dev_<Subject>_<number>` and names the video. Files: rows. */
export async function* videoMmmu(context: ReadContext): AsyncGenerator<Draft> {
  const [file = ''] = context.splitFile.files;
  yield* draftItems(readParquetRows(context, file), mmmuRow, (row, place) => {
    const options = (row.options ?? []).map((option, index) => withLetter(option, index));
    const subject = row.id.split('_').slice(1, -1).join('_');
    const folders = [`videos/${subject}`, 'videos', subject, '.'];
    const draft: Draft = {
      kind: 'draft',
      place,
      id: row.id,
      videos: folders.map((folder) => `video_mmmu/${folder}/${row.id}.mp4`.replace('/./', '/')),
      question: row.question,
      ...(options.length > 0 && { options }),
      answer: row.answer,
      ...answerByLetter(row.answer, options),
      categories: [subject],
      extra: { id: row.id, question_type: row.question_type },
    };
    return [draft];
  });
}

const sciLine = z.object({
  question_id: idSchema.optional(),
  video_id: idSchema,
  question: textSchema,
  options: z.record(z.string(), z.string()),
  answer: textSchema,
  question_type: textSchema,
  category: textSchema,
});

/** SciVideoBench: options by letter; times in questions become frame numbers, as VideoKR asks them. Files: lines. */
export async function* sciVideoBench(context: ReadContext): AsyncGenerator<Draft> {
  const [file = ''] = context.splitFile.files;
  yield* draftItems(readJsonLines(context, file), sciLine, (line, place) => {
    const options = Object.entries(line.options)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([letter, text]) => `${letter}. ${text}`);
    const draft: Draft = {
      kind: 'draft',
      place,
      ...(line.question_id !== undefined && { id: line.question_id }),
      videos: ['scivideobench/videos', 'scivideobench'].map(
        (folder) => `${folder}/jove_${line.video_id}.mp4`,
      ),
      question: timesAsFrames(line.question),
      options,
      answer: line.answer,
      ...answerByLetter(line.answer, options),
      categories: [line.question_type],
      extra: { question_type: line.question_type, category: line.category },
    };
    return [draft];
  });
}

/** An option with its letter before it, unless it has one. */
function withLetter(option: string, index: number): string {
  const prefix = `${optionLetter(index)}.`;
  return option.startsWith(prefix) ? option : `${prefix} ${option}`;
}
