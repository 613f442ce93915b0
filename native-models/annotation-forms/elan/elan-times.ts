import type { ElanAnnotation, ElanDocument, ElanTier } from './elan-document.ts';

/** When an annotation is, and how that was found where it is not written. */
export interface ElanSpan {
  readonly startSec: number;
  readonly endSec: number;
  readonly found: 'written' | 'spread' | 'parent' | 'divided';
}

/** The spans of a document's annotations; those that have none, and cannot be given one, are absent. */
export function elanSpans({ slots, tiers }: ElanDocument): ReadonlyMap<string, ElanSpan> {
  const written = new Map(slots.map(({ id, sec }) => [id, sec]));
  const spread = spreadSlots(slots, tiers, written);
  const spans = new Map<string, ElanSpan>();
  const annotations = tiers.flatMap((tier) => tier.annotations);
  for (const { id, slots: edges } of annotations) {
    const [startSec, endSec] = (edges ?? []).map((slot) => spread.get(slot));
    if (startSec === undefined || endSec === undefined) continue;
    const isWritten = edges?.every((slot) => written.get(slot) !== undefined) === true;
    spans.set(id, { startSec, endSec, found: isWritten ? 'written' : 'spread' });
  }
  const shares = dividedShares(tiers);
  const byId = new Map(annotations.map((annotation) => [annotation.id, annotation]));
  for (const annotation of annotations) spanOf(annotation, byId, shares, spans);
  return spans;
}

/** Times of the slots without one: evenly between those of the annotations before and after it in its tier. */
function spreadSlots(
  slots: ElanDocument['slots'],
  tiers: readonly ElanTier[],
  written: ReadonlyMap<string, number | undefined>,
): ReadonlyMap<string, number> {
  const times = new Map(slots.flatMap(({ id, sec }) => (sec === undefined ? [] : [[id, sec] as const])));
  for (const { annotations } of tiers) {
    const next = new Map(annotations.flatMap(({ slots: edges }) => (edges === undefined ? [] : [edges])));
    const ends = new Set(next.values());
    for (const first of next.keys()) {
      // A chain begins where a time is, or where none of the tier's annotations ends.
      if (written.get(first) === undefined && ends.has(first)) continue;
      const chain = [first];
      for (let slot = next.get(first); slot !== undefined && !chain.includes(slot); slot = next.get(slot)) {
        chain.push(slot);
        if (written.get(slot) !== undefined) break;
      }
      interpolate(chain, times);
    }
  }
  // What no tier ties together stands between its neighbours in the document.
  interpolate(
    slots.map(({ id }) => id),
    times,
  );
  return times;
}

/** Fills stretches without times between two that have one. */
function interpolate(chain: readonly string[], times: Map<string, number>): void {
  let before = -1;
  for (const [index, slot] of chain.entries()) {
    const sec = times.get(slot);
    if (sec === undefined) continue;
    const from = times.get(chain[before] ?? '');
    if (from !== undefined) {
      for (let between = before + 1; between < index; between++) {
        times.set(chain[between] ?? '', from + ((sec - from) * (between - before)) / (index - before));
      }
    }
    before = index;
  }
}

/** Which part of what it is about an annotation has, of how many: where several follow each other (symbolic subdivision). */
function dividedShares(
  tiers: readonly ElanTier[],
): ReadonlyMap<string, { readonly index: number; readonly count: number }> {
  const shares = new Map<string, { readonly index: number; readonly count: number }>();
  for (const { annotations } of tiers) {
    const groups = Map.groupBy(
      annotations.filter(({ about }) => about !== undefined),
      ({ about }) => about,
    );
    for (const group of groups.values()) {
      if (!group.some(({ previous }) => previous !== undefined)) continue;
      for (const [index, { id }] of inOrder(group).entries()) shares.set(id, { index, count: group.length });
    }
  }
  return shares;
}

function inOrder(group: readonly ElanAnnotation[]): readonly ElanAnnotation[] {
  const after = new Map(group.map((annotation) => [annotation.previous, annotation]));
  const ordered: ElanAnnotation[] = [];
  for (let one = after.get(undefined); one !== undefined && !ordered.includes(one); one = after.get(one.id)) {
    ordered.push(one);
  }
  return ordered.length === group.length ? ordered : group;
}

/** Follows references to an annotation that has a span; circles have none. */
function spanOf(
  annotation: ElanAnnotation,
  byId: ReadonlyMap<string, ElanAnnotation>,
  shares: ReadonlyMap<string, { readonly index: number; readonly count: number }>,
  spans: Map<string, ElanSpan>,
): void {
  const path: ElanAnnotation[] = [];
  let root: ElanAnnotation | undefined = annotation;
  while (root !== undefined && !spans.has(root.id)) {
    if (path.includes(root)) return;
    path.push(root);
    root = root.about === undefined ? undefined : byId.get(root.about);
  }
  let span = root && spans.get(root.id);
  for (const one of path.toReversed()) {
    if (span === undefined) return;
    const share = shares.get(one.id);
    const lengthSec = span.endSec - span.startSec;
    span =
      share === undefined
        ? { ...span, found: 'parent' }
        : {
            startSec: span.startSec + (lengthSec * share.index) / share.count,
            endSec: span.startSec + (lengthSec * (share.index + 1)) / share.count,
            found: 'divided',
          };
    spans.set(one.id, span);
  }
}
