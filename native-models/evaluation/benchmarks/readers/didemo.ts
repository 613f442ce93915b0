import { z } from 'zod';
import { roundHalfEven } from '../../../media/round-half-even.ts';
import type { Span } from '../benchmark.ts';
import type { Draft, ReadContext } from '../data-set.ts';
import { readJsonList } from '../reading/annotation-files.ts';
import { draftItems, skip, spanSchema, textSchema } from '../reading/item-drafts.ts';
import { readDurations } from '../reading/keyed-items.ts';
import { drawsFor } from '../reading/seeded-draws.ts';

const itemSchema = z.object({
  video: textSchema,
  description: textSchema,
  /** First and last segment of 5 s, by annotator. */
  times: z.array(spanSchema).min(1),
});

const segmentSec = 5;
/** Training moments are shifted by up to this, so that they do not always lie on the grid of 5 s. */
const farthestShiftSec = 2;

/** DiDeMo: the moment is the mean of the annotators' segments, whole seconds. Files: list, durations. */
export async function* didemo(context: ReadContext): AsyncGenerator<Draft> {
  const [file = '', durationsFile = ''] = context.splitFile.files;
  const durations = await readDurations(context, durationsFile);
  yield* draftItems(readJsonList(context, file), itemSchema, ({ video, description, times }, place) => {
    const id = video.replace(/\.[^.]+$/, '');
    const durationSec = durations.get(id);
    if (durationSec === undefined) {
      return [skip(place, 'duration-missing', `${durationsFile} has no duration of ${id}`)];
    }
    const draft: Draft = {
      kind: 'draft',
      place,
      videos: [`didemo/videos_3fps_480_noaudio/${id}.mp4`],
      durationSec,
      query: description,
      spans: [meanSegment(times)],
    };
    if (context.split !== 'train') return [draft];
    const draws = drawsFor(context.seed, `${id}\n${description}`);
    const shiftSec = draws.integer(-farthestShiftSec, farthestShiftSec);
    const notes = [{ kind: 'drawn-at-random', detail: `The moment is shifted by ${shiftSec} s` }] as const;
    return [{ ...draft, spans: [shifted(meanSegment(times), shiftSec, durationSec)], notes }];
  });
}

function meanSegment(times: readonly Span[]): Span {
  const mean = (edge: 0 | 1): number => times.reduce((sum, time) => sum + time[edge], 0) / times.length;
  return [roundHalfEven(segmentSec * mean(0)), roundHalfEven(segmentSec * (mean(1) + 1))];
}

function shifted([startSec, endSec]: Span, shiftSec: number, durationSec: number): Span {
  return [Math.max(0, startSec + shiftSec), Math.min(durationSec, endSec + shiftSec)];
}
