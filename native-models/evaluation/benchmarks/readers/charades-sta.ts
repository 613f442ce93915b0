import { z } from 'zod';
import type { Draft, ReadContext } from '../data-set.ts';
import { readTextLines } from '../reading/annotation-files.ts';
import { draftItems, skip } from '../reading/item-drafts.ts';
import { readDurations } from '../reading/keyed-items.ts';

const linePattern = /^(\S+)\s+(\S+)\s+(\S+?)##(.*)$/s;

/** Charades-STA: lines `VID start end##sentence`, and durations by video. Files: lines, durations. */
export async function* charadesSta(context: ReadContext): AsyncGenerator<Draft> {
  const [linesFile = '', durationsFile = ''] = context.splitFile.files;
  const durations = await readDurations(context, durationsFile);
  yield* draftItems(readTextLines(context, linesFile), z.string(), (line, place) => {
    const [, vid = '', start = '', end = '', query = ''] = linePattern.exec(line) ?? [];
    const startSec = Number(start);
    const endSec = Number(end);
    if (vid === '' || !Number.isFinite(startSec) || !Number.isFinite(endSec)) {
      return [skip(place, 'broken-line', 'The line is not `VIDEO start end##sentence`')];
    }
    if (query.trim() === '') return [skip(place, 'field-missing', 'There is no sentence after ##')];
    const durationSec = durations.get(vid);
    if (durationSec === undefined) {
      return [skip(place, 'duration-missing', `${durationsFile} has no duration of ${vid}`)];
    }
    const videos = [`charades_sta/videos_3fps_480_noaudio/${vid}.mp4`];
    return [{ kind: 'draft', place, videos, durationSec, query, spans: [[startSec, endSec]] }];
  });
}
