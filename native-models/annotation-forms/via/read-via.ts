import type { Findings } from '../findings.ts';
import type { VideoReference } from '../found-moment.ts';
import type { JsonObject as Json } from '../json-values.ts';
import { isObject } from '../json-values.ts';

/** A segment of the VGG Image Annotator (version 3) as its project and its table have it. */
export interface ViaSegment {
  readonly videos: readonly VideoReference[];
  /** Two times in seconds; one for what is drawn on a frame. */
  readonly z: unknown;
  /** By attribute: what was chosen or typed. */
  readonly av: unknown;
}

/** True for a project of VIA 3, or one of VIA 2, which knows pictures alone. */
export function isVia(value: unknown): value is Json {
  if (!isObject(value)) return false;
  return (isObject(value['metadata']) && isObject(value['file'])) || isObject(value['_via_img_metadata']);
}

/** The segments of a VIA project: the options chosen for them are their labels. */
export function readVia(value: Json, findings: Findings): void {
  if (isObject(value['_via_img_metadata'])) {
    throw new Error('it is a project of VIA 2, which annotates pictures and knows no times');
  }
  const [metadata, files, views, attributes] = ['metadata', 'file', 'view', 'attribute'].map((key) =>
    isObject(value[key]) ? value[key] : {},
  ) as [Json, Json, Json, Json];
  for (const [id, entry] of Object.entries(metadata)) {
    if (!isObject(entry)) continue;
    const view = views[String(entry['vid'])];
    const fileIds = isObject(view) && Array.isArray(view['fid_list']) ? view['fid_list'] : [entry['vid']];
    const videos = fileIds.flatMap((fileId: unknown): VideoReference[] => {
      const file = files[String(fileId)];
      return isObject(file) && typeof file['fname'] === 'string' ? [{ name: file['fname'] }] : [];
    });
    addSegment(findings, `segment ${id}`, { videos, z: entry['z'], av: entry['av'] }, attributes);
  }
}

/** @param attributes what each attribute is, for the names of its options; a table has none. */
export function addSegment(
  findings: Findings,
  place: string,
  segment: ViaSegment,
  attributes: Json = {},
): void {
  const { videos, z, av } = segment;
  const [start, end] = Array.isArray(z) ? (z as readonly unknown[]) : [];
  if (typeof start !== 'number' || typeof end !== 'number') {
    findings.skip(
      place,
      typeof start === 'number' ? 'it is drawn on one frame and has no extent in time' : 'it has no times',
    );
    return;
  }
  const values = isObject(av) ? Object.entries(av) : [];
  const words = values.map(([attribute, chosen]) => optionName(attributes[attribute], chosen));
  const [label = '', ...others] = words.filter((word) => word !== '');
  findings.add(place, {
    videos,
    start: { kind: 'seconds', sec: start },
    end: { kind: 'seconds', sec: end },
    onPlayersClock: true,
    label,
    text: others.join('; '),
  });
}

function optionName(attribute: unknown, chosen: unknown): string {
  const key = typeof chosen === 'string' || typeof chosen === 'number' ? String(chosen) : '';
  const options = isObject(attribute) && isObject(attribute['options']) ? attribute['options'] : {};
  const option = Object.hasOwn(options, key) ? options[key] : undefined;
  return (typeof option === 'string' && option !== '' ? option : key).trim();
}
