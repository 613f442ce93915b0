import type { VideoReference } from '../found-moment.ts';
import { decoded } from '../match-videos.ts';
import type { XmlElement } from '../xml-elements.ts';
import { childrenNamed } from '../xml-elements.ts';

/** An annotation of ELAN: between two time slots, or about another one. */
export interface ElanAnnotation {
  readonly id: string;
  readonly text: string;
  readonly slots?: readonly [begin: string, end: string];
  /** The annotation that it is about. */
  readonly about?: string;
  /** The one that it follows within what it is about. */
  readonly previous?: string;
}

export interface ElanTier {
  readonly id: string;
  readonly annotations: readonly ElanAnnotation[];
}

/** What an ELAN document (EAF) holds, as written. */
export interface ElanDocument {
  /** The films first: sound may have its own offset. */
  readonly videos: readonly VideoReference[];
  /** In the document's order, which is that of their times. */
  readonly slots: readonly { readonly id: string; readonly sec: number | undefined }[];
  readonly tiers: readonly ElanTier[];
}

/** Seconds in a unit of time, by the names of the EAF schema. */
const unitSec: Readonly<Record<string, number>> = {
  milliseconds: 1 / 1000,
  'PAL-frames': 1 / 25,
  'NTSC-frames': 1001 / 30_000,
};

/** @throws Error when the document is no ELAN document. */
export function elanDocument(root: XmlElement): ElanDocument {
  if (root.name !== 'ANNOTATION_DOCUMENT') throw new Error(`<${root.name}> is no ELAN document`);
  const [header] = childrenNamed(root, 'HEADER');
  const unit = unitSec[header?.attributes['TIME_UNITS'] ?? 'milliseconds'];
  if (unit === undefined) throw new Error(`its unit of time is ${header?.attributes['TIME_UNITS'] ?? ''}`);
  const media = childrenNamed(header, 'MEDIA_DESCRIPTOR');
  const isSound = (element: XmlElement): boolean =>
    element.attributes['MIME_TYPE']?.startsWith('audio') === true;
  const slots = childrenNamed(root, 'TIME_ORDER').flatMap((order) => childrenNamed(order, 'TIME_SLOT'));
  return {
    videos: [...media.filter((one) => !isSound(one)), ...media.filter(isSound)].flatMap(references),
    slots: slots.map(({ attributes }) => ({
      id: attributes['TIME_SLOT_ID'] ?? '',
      sec: slotSec(attributes['TIME_VALUE'], unit),
    })),
    tiers: childrenNamed(root, 'TIER').map((tier) => ({
      id: tier.attributes['TIER_ID'] ?? '',
      annotations: childrenNamed(tier, 'ANNOTATION').flatMap(({ children }) => children.flatMap(annotation)),
    })),
  };
}

/**
 * A medium by its address and by the one beside the document. ELAN shows at its time 0 the medium's TIME_ORIGIN, so that
 * this is added to a time of the document to get the medium's.
 */
function references({ attributes }: XmlElement): VideoReference[] {
  const originMs = Number(attributes['TIME_ORIGIN'] ?? 0);
  const offsetSec = Number.isFinite(originMs) ? originMs / 1000 : 0;
  return [attributes['MEDIA_URL'], attributes['RELATIVE_MEDIA_URL']]
    .filter((url) => url !== undefined && url !== '')
    .map((url) => ({ name: decoded(url ?? ''), offsetSec }));
}

function slotSec(value: string | undefined, unit: number): number | undefined {
  const number = value === undefined || value.trim() === '' ? Number.NaN : Number(value);
  // Thousandths are divided, since multiplying by 0.001 leaves a rest.
  if (!Number.isFinite(number) || number < 0) return undefined;
  return unit === 1 / 1000 ? number / 1000 : number * unit;
}

function annotation({ name, attributes, children }: XmlElement): ElanAnnotation[] {
  const text = children
    .filter((child) => child.name === 'ANNOTATION_VALUE')
    .map((child) => child.text)
    .join('');
  const id = attributes['ANNOTATION_ID'] ?? '';
  const {
    TIME_SLOT_REF1: begin,
    TIME_SLOT_REF2: end,
    ANNOTATION_REF: about,
    PREVIOUS_ANNOTATION: previous,
  } = attributes;
  if (name === 'ALIGNABLE_ANNOTATION') {
    return [{ id, text, ...(begin !== undefined && end !== undefined && { slots: [begin, end] as const }) }];
  }
  if (name !== 'REF_ANNOTATION') return [];
  return [{ id, text, ...(about !== undefined && { about }), ...(previous !== undefined && { previous }) }];
}
