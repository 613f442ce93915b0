import { z } from 'zod';
import type { Draft, ReadContext } from '../data-set.ts';
import { readJsonList } from '../reading/annotation-files.ts';
import { answerByText } from '../reading/answer-by-text.ts';
import { draftItems, skip, textSchema } from '../reading/item-drafts.ts';
import { readDurations } from '../reading/keyed-items.ts';

const itemSchema = z.object({
  question_id: textSchema,
  video_id: textSchema,
  question: textSchema,
  choices: z.array(z.object({ choice: z.string() })).min(1),
  answer: textSchema,
  start: z.number(),
  end: z.number(),
});

/** STAR: situated questions on the videos of Charades. Files: list, durations. */
export async function* star(context: ReadContext): AsyncGenerator<Draft> {
  const [file = '', durationsFile = ''] = context.splitFile.files;
  const durations = await readDurations(context, durationsFile);
  yield* draftItems(readJsonList(context, file), itemSchema, (item, place) => {
    const durationSec = durations.get(item.video_id);
    if (durationSec === undefined) {
      return [skip(place, 'duration-missing', `${durationsFile} has no duration of ${item.video_id}`)];
    }
    const options = item.choices.map(({ choice }) => choice);
    const [category = ''] = item.question_id.split('_');
    const draft: Draft = {
      kind: 'draft',
      place,
      id: item.question_id,
      videos: [`charades_sta/videos_3fps_480_noaudio/${item.video_id}.mp4`],
      durationSec,
      question: item.question,
      options,
      ...answerByText(item.answer, options),
      spans: [[item.start, item.end]],
      categories: [category],
      // The reference keeps these moments as they are in training.
      extra: { no_aug: true },
    };
    return [draft];
  });
}
