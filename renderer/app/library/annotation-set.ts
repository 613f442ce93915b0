import type { Annotation } from '../../../electron/host/contract/annotations.ts';

/** What becomes of annotations at once. */
export interface AnnotationSetChange {
  readonly changed: readonly Annotation[];
  readonly removedIds: readonly string[];
}

/** Those of one video: by their ids, and in the order of time. */
interface VideoGroup {
  readonly byId: ReadonlyMap<string, Annotation>;
  readonly byTime: readonly Annotation[];
}

const emptyGroup: VideoGroup = { byId: new Map(), byTime: [] };

/**
 * The annotations of a project as they are at one time. A set never changes: the next one shares with it the videos that
 * nothing happened to, so that a change costs what is on its video and not what is in the project.
 */
export class AnnotationSet {
  static readonly none = new AnnotationSet(new Map(), new Map());

  static of(annotations: readonly Annotation[]): AnnotationSet {
    return new AnnotationSet(new Map(), new Map()).with({ changed: annotations, removedIds: [] });
  }

  readonly #groups: ReadonlyMap<string, VideoGroup>;
  /** Where an annotation was last seen. Shared by all sets that came of one another: a place to look at first, no more. */
  readonly #placeOf: Map<string, string>;
  #all: readonly Annotation[] | undefined;

  private constructor(groups: ReadonlyMap<string, VideoGroup>, placeOf: Map<string, string>) {
    this.#groups = groups;
    this.#placeOf = placeOf;
  }

  get(id: string): Annotation | undefined {
    const videoId = this.#videoIdOf(id);
    return videoId === undefined ? undefined : this.#groups.get(videoId)?.byId.get(id);
  }

  /** Video by video, each by time; the same list each time. */
  all(): readonly Annotation[] {
    this.#all ??= [...this.#groups.values()].flatMap(({ byTime }) => byTime);
    return this.#all;
  }

  /** Those of one video, by start; the same list for as long as nothing happens to that video. */
  ofVideo(videoId: string | null): readonly Annotation[] {
    return (videoId === null ? undefined : this.#groups.get(videoId))?.byTime ?? emptyGroup.byTime;
  }

  /** The set after a change; the same one where nothing is changed. */
  with({ changed, removedIds }: AnnotationSetChange): AnnotationSet {
    const placeOf = this.#groups.size === 0 ? new Map<string, string>() : this.#placeOf;
    const gone = new Map<string, Set<string>>();
    const come = new Map<string, Map<string, Annotation>>();
    for (const id of [...removedIds, ...changed.map((annotation) => annotation.id)]) {
      const videoId = this.#videoIdOf(id);
      if (videoId !== undefined) entryOf(gone, videoId, () => new Set<string>()).add(id);
    }
    // Of several changes of one annotation the last counts, as in a list of operations.
    for (const annotation of new Map(changed.map((each) => [each.id, each])).values()) {
      const { id, videoId } = annotation;
      entryOf(come, videoId, () => new Map<string, Annotation>()).set(id, annotation);
      placeOf.set(id, videoId);
    }
    for (const id of removedIds) for (const group of come.values()) group.delete(id);
    if (gone.size === 0 && come.size === 0) return this;
    const groups = new Map(this.#groups);
    for (const videoId of new Set([...gone.keys(), ...come.keys()])) {
      const next = changedGroup(groups.get(videoId) ?? emptyGroup, gone.get(videoId), come.get(videoId));
      if (next.byTime.length === 0) groups.delete(videoId);
      else groups.set(videoId, next);
    }
    return new AnnotationSet(groups, placeOf);
  }

  #videoIdOf(id: string): string | undefined {
    const videoId = this.#placeOf.get(id);
    if (videoId === undefined) return undefined;
    if (this.#groups.get(videoId)?.byId.has(id) === true) return videoId;
    // A set that came later has it elsewhere, or not at all.
    for (const [other, { byId }] of this.#groups) if (byId.has(id)) return other;
    return undefined;
  }
}

function changedGroup(
  before: VideoGroup,
  gone: ReadonlySet<string> | undefined,
  come: ReadonlyMap<string, Annotation> | undefined,
): VideoGroup {
  const byId = new Map(before.byId);
  for (const id of gone ?? []) byId.delete(id);
  for (const [id, annotation] of come ?? []) byId.set(id, annotation);
  const kept = gone === undefined ? before.byTime : before.byTime.filter(({ id }) => !gone.has(id));
  return { byId, byTime: merged(kept, [...(come?.values() ?? [])].sort(byTime)) };
}

/** Two lists in the order of time as one. */
function merged(one: readonly Annotation[], other: readonly Annotation[]): readonly Annotation[] {
  const all: Annotation[] = [];
  let at = 0;
  for (const annotation of one) {
    for (let next = other[at]; next !== undefined && byTime(next, annotation) < 0; next = other[++at])
      all.push(next);
    all.push(annotation);
  }
  return at < other.length ? [...all, ...other.slice(at)] : all;
}

/** The order of annotations of one video; ids part those that are equally long at the same time. */
function byTime(one: Annotation, other: Annotation): number {
  return one.startSec - other.startSec || one.endSec - other.endSec || (one.id < other.id ? -1 : 1);
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
