import type { Annotation } from '../../contract/annotations.ts';
import type { Label, Track } from '../../contract/library.ts';
import type { Run } from '../../contract/runs.ts';
import type { FieldGroup } from './merge-item.ts';

/** What of each kind of item two people can change, and what belongs together of it. */
export const annotationGroups: readonly FieldGroup<Annotation>[] = [
  {
    name: 'times',
    fields: [
      ...(['startSec', 'endSec', 'region', 'provenance'] as const),
      ...(['originalStartSec', 'originalEndSec', 'originalRegion'] as const),
    ],
  },
  { name: 'text', fields: ['text'], isEmpty: ({ text }) => text === '' },
  { name: 'label', fields: ['labelId'], isEmpty: ({ labelId }) => labelId === undefined },
  { name: 'note', fields: ['note'], isEmpty: ({ note }) => note === '' },
  { name: 'state', fields: ['state'], isEmpty: ({ state }) => state === 'open' },
  { name: 'track', fields: ['trackId'] },
  {
    name: 'attributes',
    fields: ['attributes'],
    isEmpty: ({ attributes = {} }) => Object.keys(attributes).length === 0,
  },
];

export const labelGroups: readonly FieldGroup<Label>[] = [
  { name: 'name', fields: ['name'] },
  { name: 'color', fields: ['color'] },
  { name: 'guideline', fields: ['guideline'], isEmpty: ({ guideline = '' }) => guideline === '' },
  {
    name: 'attributes',
    fields: ['attributes'],
    isEmpty: ({ attributes = [] }) => attributes.length === 0,
  },
];

export const trackGroups: readonly FieldGroup<Track>[] = [
  { name: 'name', fields: ['name'] },
  { name: 'kind', fields: ['kind', 'origin'] },
  { name: 'color', fields: ['color'], isEmpty: ({ color }) => color === undefined },
  { name: 'locked', fields: ['locked'] },
  { name: 'labels', fields: ['labelIds'], isEmpty: ({ labelIds }) => labelIds === undefined },
  { name: 'hidden', fields: ['hidden'], ownTaste: true },
];

/** A run's own results do not change; what people say of it does. */
export const runGroups: readonly FieldGroup<Run>[] = [
  { name: 'state', fields: ['review'], isEmpty: ({ review }) => review === 'open' },
  { name: 'note', fields: ['note'], isEmpty: ({ note }) => note === '' },
];

/** Name and notes of a project. */
export interface ProjectWords {
  readonly name: string;
  readonly notes: string;
}

export const projectGroups: readonly FieldGroup<ProjectWords>[] = [
  { name: 'name', fields: ['name'] },
  { name: 'note', fields: ['notes'], isEmpty: ({ notes }) => notes === '' },
];
