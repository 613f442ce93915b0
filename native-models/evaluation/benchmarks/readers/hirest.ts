import { z } from 'zod';
import type { AnnotationReader, Draft, ReadContext } from '../data-set.ts';
import { cleanQuery } from '../reading/clean-text.ts';
import { draftItems, durationSchema, invalidItem, skip, spanSchema } from '../reading/item-drafts.ts';
import { readKeyedItems } from '../reading/keyed-items.ts';
import { neighbouringMoments } from '../reading/neighbouring-moments.ts';
import { momentDrafts } from './dense-captions.ts';

const queryEntry = z.object({ key: z.string(), entry: z.record(z.string(), z.unknown()) });

const clipSchema = z.object({
  relevant: z.literal(true),
  clip: z.literal(true),
  bounds: spanSchema,
  v_duration: durationSchema,
  steps: z.array(z.object({ heading: z.string(), absolute_bounds: spanSchema })),
});

const usedSchema = z.object({ relevant: z.boolean(), clip: z.boolean() });

/** What of HiREST is asked for: the clip that a query means, its steps, or its steps by their neighbours. */
type HiRestMoments = 'clips' | 'steps' | 'neighbours';

/** HiREST: query → file → relevant, clip, bounds, steps. Only clips that are relevant and cut out. Files: one. */
export function hiRest(wanted: HiRestMoments): AnnotationReader {
  return async function* read(context: ReadContext): AsyncGenerator<Draft> {
    const [file = ''] = context.splitFile.files;
    yield* draftItems(readKeyedItems(context, file), queryEntry, ({ key: query, entry }, place) =>
      Object.entries(entry).flatMap(([name, value]): readonly Draft[] => {
        const used = usedSchema.safeParse(value);
        if (used.success && !(used.data.relevant && used.data.clip)) {
          return [skip(place, 'filtered-out', `${name} is not relevant to "${query}", or not cut out`)];
        }
        const clip = clipSchema.safeParse(value);
        if (!clip.success) return [invalidItem(place, clip.error, value)];
        const { bounds, v_duration: durationSec, steps } = clip.data;
        const described = steps.map(({ heading, absolute_bounds: span }) => ({
          span,
          text: cleanQuery(heading),
        }));
        const moments = {
          clips: [{ span: bounds, text: cleanQuery(query) }],
          steps: described,
          neighbours: neighbouringMoments(described),
        }[wanted];
        return momentDrafts(place, `hirest/videos_3fps_480_noaudio/${name}`, durationSec, moments);
      }),
    );
  };
}
