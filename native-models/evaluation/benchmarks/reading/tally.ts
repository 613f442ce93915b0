import type { AnnotationPlace } from '../benchmark.ts';

/** How often something was met, with the first cases. */
export interface Tally<Kind extends string> {
  readonly kind: Kind;
  readonly count: number;
  readonly examples: readonly { readonly place: AnnotationPlace; readonly detail: string }[];
}

/** So many cases are named of each kind; all are counted. */
const namedExamples = 5;

/** Counts kinds of things, and keeps the first cases of each. */
export class Tallies<Kind extends string> {
  readonly #byKind = new Map<Kind, { count: number; examples: Tally<Kind>['examples'][number][] }>();

  add(kind: Kind, place: AnnotationPlace, detail: string): void {
    const tally = this.#byKind.get(kind) ?? { count: 0, examples: [] };
    this.#byKind.set(kind, tally);
    tally.count++;
    if (tally.examples.length < namedExamples) tally.examples.push({ place, detail });
  }

  /** In the order in which they were met first. */
  list(): Tally<Kind>[] {
    return Array.from(this.#byKind, ([kind, tally]) => ({ kind, ...tally }));
  }
}
