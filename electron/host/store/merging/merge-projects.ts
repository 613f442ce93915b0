import type { Annotation, Verdict } from '../../contract/annotations.ts';
import type { Label, Track } from '../../contract/library.ts';
import { ownTrackId } from '../../contract/library.ts';
import type { Conflict } from '../../contract/project-files.ts';
import type { Run } from '../../contract/runs.ts';
import type { ChangeImage } from '../tables/change-images.ts';
import type { WholeProject, WholeStep } from '../tables/whole-projects.ts';
import { annotationGroups, labelGroups, projectGroups, runGroups, trackGroups } from './field-groups.ts';
import type { ProjectWords } from './field-groups.ts';
import { keyOf, mergeItem, withFields } from './merge-item.ts';
import type { FieldGroup, ItemHistory } from './merge-item.ts';

/** What becomes of a project when another's state of it is merged into it. */
export interface MergedProject {
  readonly words: ProjectWords;
  readonly labels: readonly Label[];
  readonly tracks: readonly Track[];
  /** As they will be; null: removed. Only those that change. */
  readonly annotations: ReadonlyMap<string, Annotation | null>;
  /** New ones and those of which people say something else now. */
  readonly runs: readonly Run[];
  /** Steps of theirs that are not known here. */
  readonly steps: readonly WholeStep[];
  readonly conflicts: readonly Omit<Conflict, 'id' | 'source' | 'atMs'>[];
}

/** Merges two states of one project, item by item. What differs and cannot be decided stays as it is here and is listed. */
export function mergeProjects(ours: WholeProject, theirs: WholeProject): MergedProject {
  const [ourPast, theirPast] = [pastOf(ours.steps), pastOf(theirs.steps)];
  const conflicts: Omit<Conflict, 'id' | 'source' | 'atMs'>[] = [];
  const mergeAll = <Item extends Named>(
    kind: 'annotation' | 'label' | 'track' | 'run',
    groups: readonly FieldGroup<Item>[],
    our: readonly Item[],
    their: readonly Item[],
    combine?: (item: Item, ours: Item, theirs: Item) => Item,
  ): Map<string, Item | null> => {
    const [here, there] = [byId(our), byId(their)];
    const known = [...ourPast.keys(), ...theirPast.keys()].filter((key) => key.startsWith(`${kind} `));
    const ids = new Set([...here.keys(), ...there.keys(), ...known.map((key) => key.slice(kind.length + 1))]);
    const merged = new Map<string, Item | null>();
    for (const id of ids) {
      const historyOf = (items: Map<string, Item>, past: Past): ItemHistory<Item> => ({
        now: items.get(id) ?? null,
        before: (past.get(`${kind} ${id}`) ?? []) as (Item | null)[],
      });
      const [oursOf, theirsOf] = [historyOf(here, ourPast), historyOf(there, theirPast)];
      const result = mergeItem(groups, oursOf, theirsOf, combine);
      merged.set(id, result.item);
      if (result.conflicts.length > 0) {
        const theirItem = theirsOf.now as Conflict['theirs'];
        conflicts.push({ kind, itemId: id, fields: [...result.conflicts], theirs: theirItem });
      }
    }
    return merged;
  };

  const labels = mergeAll('label', labelGroups, ours.labels, theirs.labels);
  const tracks = mergeAll('track', trackGroups, ours.tracks, theirs.tracks);
  const annotations = mergeAll(
    'annotation',
    annotationGroups,
    ours.annotations,
    theirs.annotations,
    withStamps,
  );
  const here = byId(ours.annotations);
  const runs = mergeAll('run', runGroups, ours.runs, theirs.runs);
  const ourRuns = byId(ours.runs);
  // What moments still name stays, whoever removed it.
  const used = new Set([...annotations.values()].flatMap((each) => [each?.labelId, each?.trackId]));
  const words = mergeItem(
    projectGroups,
    { now: wordsOf(ours), before: [] },
    { now: wordsOf(theirs), before: [] },
  );
  if (words.conflicts.length > 0) {
    const { id } = ours.project;
    conflicts.push({ kind: 'project', itemId: id, fields: [...words.conflicts], theirs: wordsOf(theirs) });
  }
  const knownSteps = new Set(ours.steps.map(({ id }) => id));
  return {
    words: words.item ?? wordsOf(ours),
    labels: inOrder(labels, ours.labels, theirs.labels, used),
    tracks: inOrder(tracks, ours.tracks, theirs.tracks, used.add(ownTrackId)),
    annotations: new Map(
      [...annotations].filter(([id, annotation]) => keyOf(annotation) !== keyOf(here.get(id) ?? null)),
    ),
    runs: [...runs.values()].filter(
      (run) => run !== null && keyOf(run) !== keyOf(ourRuns.get(run.id) ?? null),
    ) as Run[],
    steps: theirs.steps.filter(({ id }) => !knownSteps.has(id)).map((step) => ({ ...step, isMerged: true })),
    conflicts,
  };
}

interface Named {
  readonly id: string;
}

/** Earlier versions of each item, by kind and id, oldest first. */
type Past = ReadonlyMap<string, readonly (object | null)[]>;

function pastOf(steps: readonly WholeStep[]): Past {
  const past = new Map<string, (object | null)[]>();
  // Steps that came with files stand behind newer ones of one's own.
  for (const { changes } of steps.toSorted((one, other) => one.atMs - other.atMs)) {
    for (const image of changes) {
      const key = `${image.kind ?? 'annotation'} ${image.id}`;
      const versions = past.get(key) ?? [];
      // What was not there before it was made is no version of it.
      if (image.before !== null) versions.push(comparable(image, image.before));
      versions.push(image.after === null ? null : comparable(image, image.after));
      past.set(key, versions);
    }
  }
  return past;
}

/** Without the place among others. */
function comparable({ kind }: ChangeImage, item: object): object {
  if (kind === undefined) return item;
  return Object.fromEntries(Object.entries(item).filter(([field]) => field !== 'position'));
}

function byId<Item extends Named>(items: readonly Item[]): Map<string, Item> {
  return new Map(items.map((item) => [item.id, item]));
}

function wordsOf({ project: { name, notes } }: WholeProject): ProjectWords {
  return { name, notes };
}

/** Ours in our order, then what is new in theirs. */
function inOrder<Item extends Named>(
  merged: ReadonlyMap<string, Item | null>,
  ours: readonly Item[],
  theirs: readonly Item[],
  used: ReadonlySet<string | undefined>,
): Item[] {
  const all = [...byId([...ours, ...theirs]).keys()];
  const known = byId([...theirs, ...ours]);
  return all.flatMap((id) => merged.get(id) ?? (used.has(id) ? (known.get(id) ?? []) : []));
}

/** A moment that both changed has the newest stamp of the two, and what each person decided of it. */
function withStamps(merged: Annotation, ours: Annotation, theirs: Annotation): Annotation {
  const newest = new Map<string, Verdict>();
  const verdicts = [...(ours.verdicts ?? []), ...(theirs.verdicts ?? [])];
  for (const verdict of verdicts.toSorted((one, other) => one.atMs - other.atMs)) {
    newest.set(verdict.by, verdict);
  }
  const all = [...newest.values()].toSorted((one, other) => one.atMs - other.atMs);
  const withAll = all.length === 0 ? merged : { ...merged, verdicts: all };
  if (keyOf(withAll) === keyOf(ours)) return ours;
  const newer = theirs.updatedAtMs > ours.updatedAtMs ? theirs : ours;
  return withFields(withAll, newer, ['changedBy', 'updatedAtMs']);
}
