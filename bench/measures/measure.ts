import type { ReferenceDtype } from '../contestants/commands.ts';
import type { BenchPaths } from '../preparation/paths.ts';
import type { Ingredient } from '../preparation/prepare.ts';

/** What a figure has to reach: a ratio of the peer's time to ours, or a size or time of ours. */
export type Target =
  | { readonly kind: 'ratioAtLeast'; readonly value: number }
  | { readonly kind: 'oursAtMost'; readonly value: number };

/** One line of the table. */
export interface MeasureRow {
  /** What was measured, for people. */
  readonly label: string;
  readonly unit: 's' | 'ms' | 'GB' | '%';
  /** Median of the samples. */
  readonly ours: number;
  readonly oursSamples: readonly number[];
  readonly peer?: {
    readonly name: string;
    readonly value: number;
    readonly samples: readonly number[];
    /** The value was not measured but follows from smaller measurements. */
    readonly extrapolated?: boolean;
  };
  /** The peer's over ours: median over the pairs of measurements, above 1 where we are faster. */
  readonly ratio?: number;
  readonly target?: Target;
  /** Largest number of cores that other programs used during a sample; absent where the system does not tell. */
  readonly foreignCores?: number;
  readonly notes: readonly string[];
}

/** What measures work with. */
export interface BenchContext {
  readonly paths: BenchPaths;
  readonly threads: number;
  /** Pairs of measurements of work that takes seconds. */
  readonly rounds: number;
  /** Pairs of measurements of work that takes the reference minutes. */
  readonly longRounds: number;
  /** Arithmetics that the reference is run in; the faster one counts. */
  readonly referenceDtypes: readonly ReferenceDtype[];
  /** Why peers are left out; undefined when they take part. */
  readonly withoutPeers: string | undefined;
  /** Long films of the demo model's world: how many, and how long. */
  readonly films: number;
  readonly minutes: number;
  /** Windows after which a search whose memory is measured is ended; 0: none. */
  readonly windows: number;
  readonly log: (text: string) => void;
}

/** Rows with figures that have a place of their own in the JSON, by their names. */
export interface Measured {
  readonly rows: readonly MeasureRow[];
  readonly figures: Readonly<Record<string, unknown>>;
}

/** One named measurement of `npm run bench`. */
export interface Measure {
  readonly name: string;
  readonly summary: string;
  /** What has to be there before it starts. */
  readonly needs: readonly Ingredient[];
  /** Whether peers take part. */
  readonly hasPeers: boolean;
  /** Runs only where it is named: it takes long, or needs what others do not. */
  readonly onlyByName?: boolean;
  run(context: BenchContext): Promise<MeasureRow[] | Measured>;
}

/** Whether a row reaches its target; undefined without one, or without the peer that it needs. */
export function meetsTarget(row: MeasureRow): boolean | undefined {
  if (row.target === undefined) return undefined;
  switch (row.target.kind) {
    case 'oursAtMost':
      return row.ours <= row.target.value;
    case 'ratioAtLeast':
      return row.ratio === undefined ? undefined : row.ratio >= row.target.value;
  }
}
