import { z } from 'zod';
import type { Draft, ReadContext } from '../data-set.ts';
import { readJsonList } from '../reading/annotation-files.ts';
import { capitalize } from '../reading/clean-text.ts';
import {
  draftItems,
  idSchema,
  optionsSchema,
  skip,
  spansSchema,
  textSchema,
} from '../reading/item-drafts.ts';
import { readDurations } from '../reading/keyed-items.ts';

const itemSchema = z.object({
  qid: idSchema.optional(),
  video_uid: idSchema,
  question: textSchema,
  choices: optionsSchema,
  answer: textSchema,
  right_answer: z.string().regex(/^[A-Z]$/),
  clue_intervals: spansSchema,
  domain: textSchema,
  sub_category: textSchema,
});

/** CG-Bench mini: questions with the intervals that prove the answer, and subtitles. Files: list, durations. */
export async function* cgBench(context: ReadContext): AsyncGenerator<Draft> {
  const [file = '', durationsFile = ''] = context.splitFile.files;
  const durations = await readDurations(context, durationsFile);
  yield* draftItems(readJsonList(context, file), itemSchema, (item, place) => {
    const uid = item.video_uid;
    const durationSec = durations.get(uid);
    if (durationSec === undefined) {
      return [skip(place, 'duration-missing', `${durationsFile} has no duration of ${uid}`)];
    }
    const draft: Draft = {
      kind: 'draft',
      place,
      ...(item.qid !== undefined && { id: item.qid }),
      videos: [`cgbench/videos_3fps_480_noaudio/${uid}.mp4`],
      durationSec,
      question: item.question,
      options: item.choices.map(capitalize),
      answer: capitalize(item.answer),
      answerLetter: item.right_answer,
      spans: item.clue_intervals,
      categories: [item.sub_category],
      subtitles: `cgbench/subtitles/${uid}.srt`,
      extra: { domain: item.domain },
    };
    return [draft];
  });
}
