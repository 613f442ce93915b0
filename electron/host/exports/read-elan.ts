import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import type { MomentCollector } from './imported-moment.ts';

const attribute = z.string();
const documentSchema = z.object({
  ANNOTATION_DOCUMENT: z.object({
    HEADER: z.array(
      z
        .object({ MEDIA_DESCRIPTOR: z.array(z.object({ '@MEDIA_URL': attribute })).optional() })
        .or(z.string()),
    ),
    TIME_ORDER: z.array(
      z.object({
        TIME_SLOT: z.array(z.object({ '@TIME_SLOT_ID': attribute, '@TIME_VALUE': attribute.optional() })),
      }),
    ),
    TIER: z.array(
      z.object({
        '@TIER_ID': attribute,
        ANNOTATION: z.array(z.object({ ALIGNABLE_ANNOTATION: z.array(z.unknown()).optional() })).optional(),
      }),
    ),
  }),
});
const annotationSchema = z.object({
  '@ANNOTATION_ID': attribute,
  '@TIME_SLOT_REF1': attribute,
  '@TIME_SLOT_REF2': attribute,
  ANNOTATION_VALUE: z.array(z.string()),
});

/** Elements that may stand several times. */
const lists = new Set([
  'HEADER',
  'MEDIA_DESCRIPTOR',
  'TIME_ORDER',
  'TIME_SLOT',
  'TIER',
  'ANNOTATION',
  'ALIGNABLE_ANNOTATION',
  'ANNOTATION_VALUE',
]);

/**
 * ELAN documents: the annotations that have times of their own; tiers become labels. Entities of a document type are not
 * expanded.
 */
export function collectElan(text: string, collector: MomentCollector): void {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    processEntities: true,
    isArray: (name) => lists.has(name),
  });
  const { ANNOTATION_DOCUMENT: document } = documentSchema.parse(
    withoutSpace(parser.parse(withoutDoctype(text))),
  );
  const timesMs = new Map(
    document.TIME_ORDER.flatMap((order) => order.TIME_SLOT).map((slot) => [
      slot['@TIME_SLOT_ID'],
      slot['@TIME_VALUE'] === undefined ? undefined : Number(slot['@TIME_VALUE']),
    ]),
  );
  const header = document.HEADER[0];
  const url = typeof header === 'object' ? header.MEDIA_DESCRIPTOR?.[0]?.['@MEDIA_URL'] : undefined;
  const video = url?.split(/[/\\]/u).at(-1);
  for (const tier of document.TIER) {
    const label = tier['@TIER_ID'].replace(/ \(\d+\)$/u, '');
    for (const element of (tier.ANNOTATION ?? []).flatMap((entry) => entry.ALIGNABLE_ANNOTATION ?? [])) {
      const parsed = annotationSchema.safeParse(element);
      if (!parsed.success) {
        collector.skip(`tier ${tier['@TIER_ID']}`, 'an annotation without times');
        continue;
      }
      const annotation = parsed.data;
      const [startMs, endMs] = [annotation['@TIME_SLOT_REF1'], annotation['@TIME_SLOT_REF2']].map((slot) =>
        timesMs.get(slot),
      );
      if (startMs === undefined || endMs === undefined) {
        collector.skip(`annotation ${annotation['@ANNOTATION_ID']}`, 'an annotation without times');
        continue;
      }
      collector.add(`annotation ${annotation['@ANNOTATION_ID']}`, {
        video,
        startSec: startMs / 1000,
        endSec: endMs / 1000,
        text: annotation.ANNOTATION_VALUE.join(''),
        label: label === 'moments' ? '' : label,
      });
    }
  }
}

/** A document type could define entities that blow up; ELAN has none. */
function withoutDoctype(text: string): string {
  if (/<!DOCTYPE/iu.test(text)) throw new Error('it has a document type, which ELAN files have not');
  return text;
}

/** Takes away the white space between elements, which `trimValues` would take from the words too. */
function withoutSpace(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSpace);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== '#text')
      .map(([name, inner]) => [name, withoutSpace(inner)]),
  );
}
