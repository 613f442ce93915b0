import { z } from 'zod';
import type { Draft, ReadContext } from '../data-set.ts';
import { readJsonList } from '../reading/annotation-files.ts';
import { answerByLetter } from '../reading/answer-by-text.ts';
import { capitalize } from '../reading/clean-text.ts';
import { draftItems, idSchema, optionsSchema, skip, spanSchema, textSchema } from '../reading/item-drafts.ts';
import { readDurations } from '../reading/keyed-items.ts';

const itemSchema = z.object({
  qid: idSchema.optional(),
  vid: textSchema,
  category: textSchema,
  question: textSchema,
  options: optionsSchema,
  ans: textSchema.optional(),
  span: spanSchema.optional(),
});

/** Names of ActivityNet videos have this many characters, those of QVHighlights have more. */
const activityNetNameLength = 13;

/** ReXTime: questions on videos of ActivityNet and QVHighlights. Files: list, durations of either. */
export async function* rexTime(context: ReadContext): AsyncGenerator<Draft> {
  const [file = '', activityNetFile = '', qvHighlightsFile = ''] = context.splitFile.files;
  const activityNet = await readDurations(context, activityNetFile);
  const qvHighlights = await readDurations(context, qvHighlightsFile);
  const withheld = context.splitFile.truth === 'withheld';
  yield* draftItems(readJsonList(context, file), itemSchema, (item, place) => {
    const { vid, span, ans } = item;
    const isActivityNet = vid.length === activityNetNameLength;
    const durationSec = (isActivityNet ? activityNet : qvHighlights).get(vid);
    if (durationSec === undefined) {
      const durationsFile = isActivityNet ? activityNetFile : qvHighlightsFile;
      return [skip(place, 'duration-missing', `${durationsFile} has no duration of ${vid}`)];
    }
    const options = item.options.map(capitalize);
    const truth = ans === undefined ? {} : answerByLetter(ans, options);
    if (!withheld && span === undefined) return [skip(place, 'spans-missing', 'span is missing')];
    if (!withheld && truth.answerLetter === undefined) {
      return [skip(place, 'answer-missing', `ans is ${ans ?? 'missing'}, which is the letter of no option`)];
    }
    const folder = isActivityNet ? 'activitynet' : 'qvhighlights';
    const draft: Draft = {
      kind: 'draft',
      place,
      ...(item.qid !== undefined && { id: item.qid }),
      videos: [`${folder}/videos_3fps_480_noaudio/${vid}.mp4`],
      durationSec,
      question: item.question,
      options,
      ...truth,
      spans: span === undefined ? null : [span],
      categories: [item.category],
    };
    return [draft];
  });
}
