import { z } from 'zod';
import type { Span } from '../benchmark.ts';
import type { Draft, ReadContext } from '../data-set.ts';
import { readJsonList } from '../reading/annotation-files.ts';
import { draftItems, durationSchema, skip, textSchema } from '../reading/item-drafts.ts';
import { readKeyedItems } from '../reading/keyed-items.ts';

const testItem = z.object({
  vid: textSchema,
  duration: durationSchema,
  question: textSchema,
  answer: z.string(),
});

const trainEntry = z.object({
  key: z.string(),
  entry: z.object({ duration: durationSchema, QA: z.array(z.object({ q: textSchema, a: z.string() })) }),
});

/** ActivityNet-RTL: questions whose answers hold times as `<start> <end>`. Files: a list, or v_ID → QA for train. */
export async function* activityNetRtl(context: ReadContext): AsyncGenerator<Draft> {
  const [file = ''] = context.splitFile.files;
  if (context.split === 'train') {
    yield* draftItems(readKeyedItems(context, file), trainEntry, ({ key, entry }, place) =>
      entry.QA.map(({ q, a }): Draft => {
        const span = timesIn(a);
        return span === undefined
          ? skip(place, 'filtered-out', `The answer names no two times: ${a}`)
          : {
              kind: 'draft',
              place,
              videos: [videoPath(key)],
              durationSec: entry.duration,
              query: q,
              spans: [span],
            };
      }),
    );
    return;
  }
  yield* draftItems(readJsonList(context, file), testItem, ({ vid, duration, question, answer }, place) => {
    const span = timesIn(answer);
    if (span === undefined) return [skip(place, 'spans-missing', `The answer names no two times: ${answer}`)];
    return [
      {
        kind: 'draft',
        place,
        videos: [videoPath(`v_${vid}`)],
        durationSec: duration,
        query: question,
        spans: [span],
      },
    ];
  });
}

function videoPath(name: string): string {
  return `activitynet/videos_3fps_480_noaudio/${name}.mp4`;
}

/** The first two `<number>` marks of a text. */
function timesIn(text: string): Span | undefined {
  const [startSec, endSec] = Array.from(text.matchAll(/<(\d+(?:\.\d*)?|\.\d+)>/g), ([, time]) =>
    Number(time),
  );
  return startSec === undefined || endSec === undefined ? undefined : [startSec, endSec];
}
