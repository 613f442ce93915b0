/** An item as it is in one history, and as it was before; null: it is not there. */
export interface ItemHistory<Item> {
  readonly now: Item | null;
  /** Earlier versions, oldest first; without what was before it was made. */
  readonly before: readonly (Item | null)[];
}

/** Fields that are changed together, such as the two ends of a moment. */
export interface FieldGroup<Item> {
  readonly name: string;
  readonly fields: readonly (keyof Item & string)[];
  /** Says nothing, so that anything else counts for more where nobody knows which was first. */
  readonly isEmpty?: (item: Item) => boolean;
  /** How it is shown, not what it is: ours stays, and no question is asked. */
  readonly ownTaste?: boolean;
}

/** What came of merging one item. */
export interface MergedItem<Item> {
  readonly item: Item | null;
  /** Groups that both changed, each to something else; ours stands in `item`. `removed`: one of the two removed it. */
  readonly conflicts: readonly string[];
}

/** The conflict of an item that one changed and the other removed. */
export const removedConflict = 'removed';

/**
 * Merges an item of two histories that may have begun as one. Where one of the two has seen the other's version, the newer
 * one is taken; where both went on from a version that they share, what only one of them changed is taken from it; what both
 * changed is a conflict. Nothing is decided by a clock.
 * @param combine what stands in none of the groups, of an item that both changed.
 */
export function mergeItem<Item extends object>(
  groups: readonly FieldGroup<Item>[],
  ours: ItemHistory<Item>,
  theirs: ItemHistory<Item>,
  combine: (item: Item, ours: Item, theirs: Item) => Item = (item) => item,
): MergedItem<Item> {
  const clean = (item: Item | null): MergedItem<Item> => ({ item, conflicts: [] });
  const [ourKey, theirKey] = [keyOf(ours.now), keyOf(theirs.now)];
  if (ourKey === theirKey) return clean(ours.now);
  const theyPassedOurs = theirs.before.some((version) => keyOf(version) === ourKey);
  const wePassedTheirs = ours.before.some((version) => keyOf(version) === theirKey);
  if (theyPassedOurs && !wePassedTheirs) return clean(theirs.now);
  if (wePassedTheirs && !theyPassedOurs) return clean(ours.now);
  if (ours.now === null) {
    return ours.before.length === 0 ? clean(theirs.now) : { item: null, conflicts: [removedConflict] };
  }
  if (theirs.now === null) {
    return theirs.before.length === 0 ? clean(ours.now) : { item: ours.now, conflicts: [removedConflict] };
  }
  const base = theyPassedOurs ? undefined : sharedVersion(ours, theirs);
  // Both saw both (one of them undid it): which is meant, nobody can tell, and nothing counts for more.
  const { item, conflicts } = mergeFields(groups, ours.now, theirs.now, base, !theyPassedOurs);
  return { item: combine(item, ours.now, theirs.now), conflicts };
}

function mergeFields<Item extends object>(
  groups: readonly FieldGroup<Item>[],
  ours: Item,
  theirs: Item,
  base: Item | undefined,
  wordsWin: boolean,
): { readonly item: Item; readonly conflicts: readonly string[] } {
  let item = ours;
  const conflicts: string[] = [];
  for (const group of groups) {
    const [our, their] = [partKey(ours, group), partKey(theirs, group)];
    if (our === their || group.ownTaste === true) continue;
    const baseKey = base === undefined ? undefined : partKey(base, group);
    if (their === baseKey) continue;
    const saysNothing = (each: Item): boolean =>
      wordsWin && base === undefined && group.isEmpty?.(each) === true;
    if (saysNothing(theirs)) continue;
    if (our === baseKey || saysNothing(ours)) item = withFields(item, theirs, group.fields);
    else conflicts.push(group.name);
  }
  return { item, conflicts };
}

/** An item with fields of another one; a field that the other lacks is gone. */
export function withFields<Item extends object>(
  item: Item,
  from: Item,
  fields: readonly (keyof Item & string)[],
): Item {
  const kept = Object.entries(item).filter(([field]) => !fields.includes(field as keyof Item & string));
  const taken = Object.entries(from).filter(([field]) => fields.includes(field as keyof Item & string));
  return Object.fromEntries([...kept, ...taken]) as Item;
}

/** The newest of our versions that they had too. */
function sharedVersion<Item extends object>(
  ours: ItemHistory<Item>,
  theirs: ItemHistory<Item>,
): Item | undefined {
  const seen = new Set([...theirs.before, theirs.now].map(keyOf));
  return (
    [...ours.before, ours.now].findLast((version) => version !== null && seen.has(keyOf(version))) ??
    undefined
  );
}

function partKey<Item extends object>(item: Item, { fields }: FieldGroup<Item>): string {
  return JSON.stringify(fields.map((field) => item[field] ?? null));
}

/** The same for versions that say the same, in whatever order. */
export function keyOf(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
