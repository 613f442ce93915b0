import { z } from 'zod';
import type { Draft, ReadContext } from '../data-set.ts';
import { readPickleFile, readTextLines } from '../reading/annotation-files.ts';
import { EngineError } from '../../../protocol/errors.ts';
import { cleanQuery } from '../reading/clean-text.ts';
import { draftItems, skip, spanSchema } from '../reading/item-drafts.ts';
import { readDurations } from '../reading/keyed-items.ts';
import type { PickledValue } from '../reading/pickle.ts';
import { momentDrafts } from './dense-captions.ts';

/** What stands before the video's name in an id. */
const prefixLength = 'video-'.length;

/** QuerYD: a list of ids, and pickles id → captions as word lists, id → spans. Files: list, captions, times, durations. */
export async function* queryD(context: ReadContext): AsyncGenerator<Draft> {
  const [listFile = '', captionsFile = '', timesFile = '', durationsFile = ''] = context.splitFile.files;
  const durations = await readDurations(context, durationsFile);
  const captions = toMap(await readPickleFile(context, captionsFile), captionsFile);
  const times = toMap(await readPickleFile(context, timesFile), timesFile);
  yield* draftItems(readTextLines(context, listFile), z.string(), (line, place) => {
    const id = line.trim();
    const video = id.slice(prefixLength);
    const durationSec = durations.get(video);
    if (durationSec === undefined) {
      return [skip(place, 'filtered-out', `${durationsFile} has no duration of ${video}: the video is gone`)];
    }
    const texts = z.array(z.array(z.string())).safeParse(captions.get(id));
    const spans = z.array(spanSchema).safeParse(times.get(id));
    if (!texts.success || !spans.success || texts.data.length !== spans.data.length) {
      return [skip(place, 'field-invalid', `Captions and times of ${id} do not go together`)];
    }
    const moments = spans.data.map((span, index) => ({
      span,
      text: cleanQuery((texts.data[index] ?? []).join(' ')),
    }));
    return momentDrafts(place, `queryd/videos_3fps_480_noaudio/${video}.mp4`, durationSec, moments);
  });
}

function toMap(value: PickledValue, file: string): ReadonlyMap<PickledValue, PickledValue> {
  if (value instanceof Map) return value as ReadonlyMap<PickledValue, PickledValue>;
  throw new EngineError('ANNOTATIONS_INVALID', `${file} holds no dict.`);
}
