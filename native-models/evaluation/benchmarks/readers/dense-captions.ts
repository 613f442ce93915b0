import { z } from 'zod';
import type { AnnotationPlace } from '../benchmark.ts';
import type { AnnotationReader, Draft, ReadContext } from '../data-set.ts';
import { cleanQuery } from '../reading/clean-text.ts';
import { draftItems, durationSchema, invalidItem, skip, spanSchema } from '../reading/item-drafts.ts';
import { readDurations, readJsonObject, readKeyedItems } from '../reading/keyed-items.ts';
import { type DescribedMoment, neighbouringMoments } from '../reading/neighbouring-moments.ts';

/* Videos described moment by moment: ActivityNet-Captions and YouCook2, as they are or by their neighbours. */

/** `captions`: each moment by its own text; `neighbours`: by the one before or after it. */
type Wording = 'captions' | 'neighbours';

const activityNetEntry = z.object({
  key: z.string(),
  entry: z.object({ timestamps: z.array(spanSchema), sentences: z.array(z.string()) }),
});

/** ActivityNet-Captions: v_ID → timestamps, sentences; durations come from the list of files. Files: captions, durations. */
export function activityNetCaptions(wording: Wording): AnnotationReader {
  return async function* read(context: ReadContext): AsyncGenerator<Draft> {
    const [captionsFile = '', durationsFile = ''] = context.splitFile.files;
    const durations = await readDurations(context, durationsFile);
    yield* draftItems(readKeyedItems(context, captionsFile), activityNetEntry, ({ key, entry }, place) => {
      const { timestamps, sentences } = entry;
      if (timestamps.length !== sentences.length) {
        const detail = `${key} has ${timestamps.length} timestamps for ${sentences.length} sentences`;
        return [skip(place, 'field-invalid', detail)];
      }
      const durationSec = durations.get(key);
      if (durationSec === undefined) {
        return [skip(place, 'duration-missing', `${durationsFile} has no duration of ${key}`)];
      }
      const moments = timestamps.map((span, index) => ({ span, text: cleanQuery(sentences[index] ?? '') }));
      const video = `activitynet/videos_3fps_480_noaudio/${key}.mp4`;
      return momentDrafts(place, video, durationSec, worded(moments, wording));
    });
  };
}

const youCookVideo = z.object({
  subset: z.string(),
  duration: durationSchema,
  annotations: z.array(z.object({ segment: spanSchema, sentence: z.string() })),
});

/** YouCook2: database[id] with subset, duration, annotations. The last caption of a video is entered once. */
export function youCook2(wording: Wording): AnnotationReader {
  return async function* read(context: ReadContext): AsyncGenerator<Draft> {
    const [file = ''] = context.splitFile.files;
    const { database } = await readJsonObject(context, file);
    const videos = Object.entries(z.record(z.string(), z.unknown()).catch({}).parse(database));
    if (videos.length === 0) yield skip({ file }, 'field-missing', 'database is missing or empty');
    for (const [position, [id, value]] of videos.entries()) {
      const place = { file, position };
      const video = youCookVideo.safeParse(value);
      if (!video.success) {
        yield invalidItem(place, video.error, value);
        continue;
      }
      const { subset, duration, annotations } = video.data;
      if (subset !== context.splitFile.name) continue; // one file holds all splits
      const moments = annotations.map(({ segment, sentence }) => ({
        span: segment,
        text: cleanQuery(sentence),
      }));
      const path = `youcook2/videos_3fps_480_noaudio/${id}.mp4`;
      // As published, the last caption of each video is entered twice.
      const again = context.asPublished && wording === 'captions' ? moments.slice(-1) : [];
      yield* momentDrafts(place, path, duration, [...worded(moments, wording), ...again]);
    }
  };
}

/** One draft for each moment of a video. */
export function momentDrafts(
  place: AnnotationPlace,
  video: string,
  durationSec: number,
  moments: readonly DescribedMoment[],
): Draft[] {
  return moments.map(({ span, text }): Draft => {
    if (text === '') return skip(place, 'field-missing', 'A moment has no description');
    return { kind: 'draft', place, videos: [video], durationSec, query: text, spans: [span] };
  });
}

function worded(moments: readonly DescribedMoment[], wording: Wording): readonly DescribedMoment[] {
  return wording === 'neighbours' ? neighbouringMoments(moments) : moments;
}
