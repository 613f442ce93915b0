import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import type { AgreementSide } from '../../../electron/host/contract/agreement.ts';
import { ownTrackId } from '../../../electron/host/contract/library.ts';
import type { Project } from '../../../electron/host/contract/library.ts';
import type { Run } from '../../../electron/host/contract/runs.ts';

/** One that can be compared, with its name. */
export interface NamedSide {
  readonly side: AgreementSide;
  readonly name: string;
}

/** Tracks, annotators and models that have moments. */
export function comparableSides(
  project: Project,
  annotations: readonly Annotation[],
  runs: readonly Run[],
): readonly NamedSide[] {
  const used = new Set(annotations.map(({ trackId = ownTrackId }) => trackId));
  const annotators = new Set(annotations.map(({ changedBy, createdBy }) => changedBy ?? createdBy ?? ''));
  const models = new Set(runs.filter(({ record }) => record !== undefined).map(({ modelName }) => modelName));
  return [
    ...project.tracks
      .filter(({ id }) => used.has(id))
      .map(({ id, name }): NamedSide => ({ side: { kind: 'track', id }, name })),
    ...[...annotators]
      .filter((name) => name !== '')
      .sort()
      .map((name): NamedSide => ({ side: { kind: 'annotator', name }, name })),
    ...[...models].sort().map((name): NamedSide => ({ side: { kind: 'model', name }, name })),
  ];
}

/** A side as one word, for choices. */
export function sideKey(side: AgreementSide): string {
  return `${side.kind} ${side.kind === 'track' ? side.id : side.name}`;
}

/**
 * The two that are compared: those that were chosen while they are there, else the first own track with the first
 * reference, or with whatever else there is.
 */
export function comparedSides(
  sides: readonly NamedSide[],
  project: Project,
  chosen: { readonly one: AgreementSide | null; readonly other: AgreementSide | null },
): readonly [NamedSide, NamedSide] | undefined {
  const find = (side: AgreementSide | null): NamedSide | undefined =>
    side === null ? undefined : sides.find((each) => sideKey(each.side) === sideKey(side));
  const references = new Set(project.tracks.filter(({ kind }) => kind === 'reference').map(({ id }) => id));
  const isReference = ({ side }: NamedSide): boolean => side.kind === 'track' && references.has(side.id);
  const one = find(chosen.one) ?? sides.find((side) => !isReference(side)) ?? sides[0];
  const others = sides.filter((side) => side !== one);
  const other = find(chosen.other) ?? others.find(isReference) ?? others[0];
  return one === undefined || other === undefined ? undefined : [one, other];
}
