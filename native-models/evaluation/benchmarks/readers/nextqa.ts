import { z } from 'zod';
import type { Draft, ReadContext } from '../data-set.ts';
import { readCsvRows } from '../reading/annotation-files.ts';
import { answerByText } from '../reading/answer-by-text.ts';
import { capitalize, cleanQuestion, optionLetter } from '../reading/clean-text.ts';
import { draftItems, durationSchema, skip, spansSchema, textSchema } from '../reading/item-drafts.ts';
import { readJsonObject } from '../reading/keyed-items.ts';

const optionFields = { a0: z.string(), a1: z.string(), a2: z.string(), a3: z.string(), a4: z.string() };
const qaRow = z.object({
  video: textSchema,
  question: textSchema,
  answer: z.string().regex(/^[0-4]$/),
  qid: textSchema,
  type: textSchema,
  ...optionFields,
});
const groundedRow = z.object({
  video_id: textSchema,
  question: textSchema,
  answer: textSchema,
  qid: textSchema,
  type: textSchema,
  ...optionFields,
});
const groundingEntry = z.object({ duration: durationSchema, location: z.record(z.string(), z.unknown()) });

/** NExT-QA: rows with the index of the answer. Files: rows, names of videos. */
export async function* nextQa(context: ReadContext): AsyncGenerator<Draft> {
  const [rowsFile = '', mapFile = ''] = context.splitFile.files;
  const names = await readJsonObject(context, mapFile);
  yield* draftItems(readCsvRows(context, rowsFile), qaRow, (row, place) => {
    const videos = videoPaths(names[row.video], ['nextqa/NExTVideo', 'nextqa/videos']);
    if (videos === undefined) return [skip(place, 'video-missing', `${mapFile} has no name of ${row.video}`)];
    const options = optionsOf(row);
    const index = Number(row.answer);
    const uid = `${row.video}_${row.qid}`;
    const draft: Draft = {
      kind: 'draft',
      place,
      id: uid,
      videos,
      question: askedQuestion(row.question),
      options,
      answer: options[index],
      answerLetter: optionLetter(index),
      categories: [row.type],
      extra: { uid },
    };
    return [draft];
  });
}

/** NExT-GQA: rows with the answer's text, and moments by video and question. Files: rows, moments, names of videos. */
export async function* nextGqa(context: ReadContext): AsyncGenerator<Draft> {
  const [rowsFile = '', momentsFile = '', mapFile = ''] = context.splitFile.files;
  const names = await readJsonObject(context, mapFile);
  const moments = await readJsonObject(context, momentsFile);
  yield* draftItems(readCsvRows(context, rowsFile), groundedRow, (row, place) => {
    const { video_id: video, qid } = row;
    const videos = videoPaths(names[video], ['nextqa/videos', 'nextqa/NExTVideo']);
    if (videos === undefined) return [skip(place, 'video-missing', `${mapFile} has no name of ${video}`)];
    const entry = groundingEntry.safeParse(moments[video]);
    if (!entry.success) {
      return [skip(place, 'spans-missing', `${momentsFile} has no duration and moments of ${video}`)];
    }
    const spans = spansSchema.safeParse(entry.data.location[qid]);
    if (!spans.success)
      return [skip(place, 'spans-missing', `${momentsFile} has no moment of ${video}, ${qid}`)];
    const options = optionsOf(row);
    const draft: Draft = {
      kind: 'draft',
      place,
      id: `${video}_${qid}`,
      videos,
      durationSec: entry.data.duration,
      question: askedQuestion(row.question),
      options,
      ...answerByText(capitalize(row.answer), options),
      spans: spans.data,
      categories: [row.type],
    };
    return [draft];
  });
}

function optionsOf(row: { readonly [field in keyof typeof optionFields]: string }): string[] {
  return [row.a0, row.a1, row.a2, row.a3, row.a4].map(capitalize);
}

/** A capital and a question mark, even where there is one. */
function askedQuestion(question: string): string {
  return `${capitalize(cleanQuestion(question))}?`;
}

function videoPaths(name: unknown, folders: readonly string[]): string[] | undefined {
  return typeof name === 'string' ? folders.map((folder) => `${folder}/${name}.mp4`) : undefined;
}
