import type { HighlightScore, HighlightTruth } from '../metrics/highlight-detection.ts';
import { highlightLevels } from '../metrics/highlight-detection.ts';
import type { Span } from '../metrics/spans.ts';
import { PackedLists } from './packed-lists.ts';
import type { Annotation, Submission } from './qvhighlights-files.ts';

/** A query with all that is said of it, one item each time it is given. */
export interface Query {
  readonly key: string;
  readonly trueWindows: readonly (readonly Span[])[];
  /** Of the highlights in its latest annotation; 0 where it has none. */
  readonly annotators: number;
  readonly submissions: readonly Submission[];
}

/** Where a list lies. */
interface Place {
  readonly start: number;
  readonly length: number;
}

interface KeptAnnotation {
  readonly durationSec: number | undefined;
  readonly windows: readonly Span[] | undefined;
  /** One annotator after the other. */
  readonly highlights: Place | undefined;
  readonly annotators: number;
}

interface KeptSubmission {
  readonly windows: Place | undefined;
  /** Per level the hit, then the average precision of each annotator. */
  readonly highlights: Place | undefined;
}

interface KeptQuery {
  readonly annotations: KeptAnnotation[];
  readonly submissions: KeptSubmission[];
}

/** Annotated queries by their identity, with what is predicted for them. A hundred thousand take some tens of megabytes. */
export class QueryStore {
  readonly #queries = new Map<string, KeptQuery>();
  readonly #numbers = new PackedLists((length) => new Float64Array(length));
  readonly #levels = new PackedLists((length) => new Uint8Array(length));

  get size(): number {
    return this.#queries.size;
  }

  /** @returns how often the query has been annotated now */
  annotate(key: string, { durationSec, windows, highlights }: Annotation): number {
    const query = this.#queries.get(key) ?? { annotations: [], submissions: [] };
    this.#queries.set(key, query);
    return query.annotations.push({
      durationSec,
      windows,
      highlights: highlights === undefined ? undefined : this.#keepTruth(highlights),
      annotators: highlights?.length ?? 0,
    });
  }

  /** The latest annotation of a query; undefined where it has none. */
  annotationOf(key: string): Annotation | undefined {
    const kept = this.#queries.get(key)?.annotations.at(-1);
    return kept === undefined ? undefined : this.#annotation(kept);
  }

  /** @returns how often the query, which must be annotated, has been predicted now */
  predict(key: string, { windows, highlights }: Submission): number {
    const query = this.#queries.get(key);
    if (query === undefined) throw new RangeError(`${key} is not annotated.`);
    return query.submissions.push({
      windows: windows === undefined ? undefined : this.#keep(windows),
      highlights:
        highlights === undefined
          ? undefined
          : this.#keep(
              highlights.flatMap(({ hit, averagePrecisions }) => [Number(hit), ...averagePrecisions]),
            ),
    });
  }

  /** All queries in the order of their annotations. */
  *all(): Generator<Query> {
    for (const [key, { annotations, submissions }] of this.#queries) {
      yield {
        key,
        trueWindows: annotations.map(({ windows = [] }) => windows),
        annotators: annotations.at(-1)?.annotators ?? 0,
        submissions: submissions.map((kept) => this.#submission(kept)),
      };
    }
  }

  #keep(values: ArrayLike<number>): Place {
    return { start: this.#numbers.add(values), length: values.length };
  }

  #keepTruth(truth: HighlightTruth): Place {
    const clips = truth[0]?.length ?? 0;
    const joined = new Uint8Array(truth.length * clips);
    for (const [annotator, reached] of truth.entries()) joined.set(reached, annotator * clips);
    return { start: this.#levels.add(joined), length: joined.length };
  }

  #annotation({ durationSec, windows, highlights, annotators }: KeptAnnotation): Annotation {
    return {
      ...(durationSec === undefined ? {} : { durationSec }),
      ...(windows === undefined ? {} : { windows }),
      ...(highlights === undefined ? {} : { highlights: this.#truth(highlights, annotators) }),
    };
  }

  #truth({ start, length }: Place, annotators: number): HighlightTruth {
    const joined = this.#levels.at(start, length);
    const clips = annotators === 0 ? 0 : length / annotators;
    return Array.from({ length: annotators }, (_, annotator) =>
      joined.subarray(annotator * clips, (annotator + 1) * clips),
    );
  }

  #submission({ windows, highlights }: KeptSubmission): Submission {
    return {
      ...(windows === undefined ? {} : { windows: this.#numbers.at(windows.start, windows.length) }),
      ...(highlights === undefined ? {} : { highlights: this.#scores(highlights) }),
    };
  }

  #scores({ start, length }: Place): readonly HighlightScore[] {
    const values = this.#numbers.at(start, length);
    const stride = length / highlightLevels.length;
    return highlightLevels.map((_, level) => {
      const [hit, ...averagePrecisions] = values.subarray(level * stride, (level + 1) * stride);
      return { hit: hit === 1, averagePrecisions };
    });
  }
}
