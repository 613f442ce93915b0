import { isObject } from '../json-values.ts';
import type { Findings } from '../findings.ts';
import { addFields } from '../table/moment-fields.ts';

/** True for a project of LosslessCut (`.llc`). */
export function isLosslessCut(value: unknown): boolean {
  return isObject(value) && Array.isArray(value['cutSegments']);
}

/** Segments of a LosslessCut project; one without start or end reaches to the video's. */
export function readLosslessCut(value: unknown, findings: Findings): void {
  const project = isObject(value) ? value : {};
  const { mediaFileName } = project;
  const segments = Array.isArray(project['cutSegments']) ? project['cutSegments'] : [];
  for (const [index, segment] of (segments as readonly unknown[]).entries()) {
    const place = `segment ${index + 1}`;
    if (!isObject(segment)) {
      findings.skip(place, 'it is no segment');
      continue;
    }
    const { start, end, name, tags } = segment;
    const fields = {
      ...timeField('start', start),
      ...timeField('end', end),
      text: typeof name === 'string' ? name : '',
    };
    const tag = isObject(tags)
      ? Object.values(tags)
          .filter((one) => typeof one === 'string')
          .join(', ')
      : '';
    addFields(findings, place, fields, 'any', {
      label: tag,
      onPlayersClock: true,
      videos: typeof mediaFileName === 'string' ? [{ name: mediaFileName }] : [],
    });
  }
}

function timeField(name: 'start' | 'end', value: unknown): object {
  return typeof value === 'number' || typeof value === 'string' ? { [name]: value } : {};
}
