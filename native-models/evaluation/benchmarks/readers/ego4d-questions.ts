import { z } from 'zod';
import { roundHalfToEven } from '../../metrics/rounding.ts';
import type { Draft, ReadContext } from '../data-set.ts';
import { readJsonList } from '../reading/annotation-files.ts';
import { capitalize, cleanQuestion, optionLetter } from '../reading/clean-text.ts';
import { draftItems, idSchema, optionsSchema, skip, textSchema } from '../reading/item-drafts.ts';
import { readDurations } from '../reading/keyed-items.ts';
import { drawsFor } from '../reading/seeded-draws.ts';

const itemSchema = z.object({
  video_id: textSchema,
  sample_id: idSchema.optional(),
  question: textSchema,
  answer: textSchema,
  options: optionsSchema.optional(),
  wrong_answers: optionsSchema.optional(),
  moment_start_frame: z.number(),
  moment_end_frame: z.number(),
});

const framesPerSec = 30;
/** EgoTimeQA takes videos of this length, in seconds. */
const egoTimeVideos = { minSec: 10, maxSec: 600 };

/** QaEgo4D and EgoTimeQA: questions with moments in frames; without options these are drawn. Files: list, durations. */
export async function* ego4dQuestions(context: ReadContext): AsyncGenerator<Draft> {
  const [file = '', durationsFile = ''] = context.splitFile.files;
  const durations = await readDurations(context, durationsFile);
  const egoTime = context.key.startsWith('ego_timeqa');
  yield* draftItems(readJsonList(context, file), itemSchema, (item, place) => {
    const durationSec = durations.get(item.video_id);
    if (durationSec === undefined) {
      return [skip(place, 'duration-missing', `${durationsFile} has no duration of ${item.video_id}`)];
    }
    if (egoTime && (durationSec < egoTimeVideos.minSec || durationSec > egoTimeVideos.maxSec)) {
      return [skip(place, 'filtered-out', `The video takes ${durationSec} s`)];
    }
    if (item.options === undefined && item.wrong_answers === undefined) {
      return [skip(place, 'field-missing', 'Neither options nor wrong_answers is there')];
    }
    const question = capitalize(cleanQuestion(item.question));
    const answer = capitalize(item.answer);
    const draws = drawsFor(context.seed, `${item.video_id}\n${question}\n${item.moment_start_frame}`);
    const options = (item.options ?? draws.shuffled([item.answer, ...(item.wrong_answers ?? [])])).map(
      capitalize,
    );
    const index = options.indexOf(answer);
    const draft: Draft = {
      kind: 'draft',
      place,
      ...(item.sample_id !== undefined && { id: item.sample_id }),
      videos: [`ego4d/v1/videos_3fps_480_noaudio/${item.video_id}.mp4`],
      durationSec,
      question,
      options,
      answer,
      ...(index !== -1 && { answerLetter: optionLetter(index) }),
      spans: [[toSec(item.moment_start_frame), toSec(item.moment_end_frame)]],
      ...(item.options === undefined && {
        notes: [{ kind: 'drawn-at-random', detail: 'The order of the options is drawn' }],
      }),
    };
    return [draft];
  });
}

function toSec(frame: number): number {
  return roundHalfToEven(frame / framesPerSec, 3);
}
