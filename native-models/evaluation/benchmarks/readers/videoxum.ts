import { z } from 'zod';
import type { Span } from '../benchmark.ts';
import type { Draft, ReadContext } from '../data-set.ts';
import { roundHalfToEven } from '../../metrics/rounding.ts';
import { readJsonList } from '../reading/annotation-files.ts';
import { cleanQuery } from '../reading/clean-text.ts';
import { draftItems, durationSchema, skip, spanSchema, textSchema } from '../reading/item-drafts.ts';
import { momentDrafts } from './dense-captions.ts';

const itemSchema = z.object({
  video_id: textSchema,
  duration: durationSchema,
  tsum: z.array(z.string()),
  vsum: z.array(z.array(spanSchema).min(1)),
});

/** VideoXum: tsum[i] described by ten annotators' vsum[i]; the moment is their mean, to two decimals. Files: list. */
export async function* videoXum(context: ReadContext): AsyncGenerator<Draft> {
  const [file = ''] = context.splitFile.files;
  yield* draftItems(readJsonList(context, file), itemSchema, (item, place) => {
    const { video_id: id, duration, tsum, vsum } = item;
    if (tsum.length !== vsum.length) {
      return [skip(place, 'field-invalid', `${id} has ${vsum.length} moments for ${tsum.length} captions`)];
    }
    const moments = tsum.map((text, index) => ({
      text: cleanQuery(text),
      span: meanSpan(vsum[index] ?? []),
    }));
    // As published, the last caption of each video is entered twice.
    const again = context.asPublished ? moments.slice(-1) : [];
    return momentDrafts(place, `activitynet/videos_3fps_480_noaudio/${id}.mp4`, duration, [
      ...moments,
      ...again,
    ]);
  });
}

function meanSpan(spans: readonly Span[]): Span {
  const mean = (edge: 0 | 1): number =>
    roundHalfToEven(spans.reduce((sum, span) => sum + span[edge], 0) / spans.length, 2);
  return [mean(0), mean(1)];
}
