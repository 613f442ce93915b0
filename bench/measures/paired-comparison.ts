import { withForeignCores } from '../machine/disturbance.ts';
import type { Contestant, MeasureReply, MeasureRequest } from '../contestants/contestant.ts';
import type { BenchContext, MeasureRow, Target } from './measure.ts';
import { median } from './statistics.ts';

/** One contestant's measurements, in the order in which they were taken. */
export interface Samples {
  readonly name: string;
  readonly sec: number[];
  readonly replies: MeasureReply[];
  /** Cores that others used, the largest of all samples. */
  foreignCores: number | undefined;
}

/** Asks once and records time and disturbance. */
export async function sample(
  contestant: Contestant,
  request: MeasureRequest,
  samples: Samples,
): Promise<void> {
  const { result, foreignCores } = await withForeignCores(() => contestant.ask(request));
  samples.sec.push(result.sec);
  samples.replies.push(result);
  if (foreignCores !== undefined) samples.foreignCores = Math.max(samples.foreignCores ?? 0, foreignCores);
}

/** No measurements yet. */
export function noSamples(name: string): Samples {
  return { name, sec: [], replies: [], foreignCores: undefined };
}

/** A contestant with the work that it is given. */
export interface Entrant {
  readonly contestant: Contestant;
  readonly request: MeasureRequest;
  /** What ours has to reach against it. */
  readonly target?: Target;
  readonly notes?: readonly string[];
}

/**
 * Has every entrant do its work in turn, `rounds` times over, the order reversed in every other round: what changes on
 * the machine meanwhile meets all of them. One round before it is not counted.
 */
export async function takeTurns(
  entrants: readonly Entrant[],
  rounds: number,
  context: Pick<BenchContext, 'log'>,
): Promise<Samples[]> {
  const taken = entrants.map((entrant) => ({ entrant, samples: noSamples(entrant.contestant.name) }));
  for (const { contestant, request } of entrants) await contestant.ask(request);
  for (let round = 0; round < rounds; round++) {
    for (const { entrant, samples } of round % 2 === 0 ? taken : taken.toReversed()) {
      await sample(entrant.contestant, entrant.request, samples);
      const sec = samples.sec.at(-1) ?? 0;
      context.log(`${samples.name} ${JSON.stringify(entrant.request)}: ${sec.toFixed(3)} s`);
    }
  }
  return taken.map(({ samples }) => samples);
}

/** Measures the first entrant, ours, against each of the others: a row for each, or one for ours alone. */
export async function compareEntrants(
  [ours, ...peers]: readonly [Entrant, ...Entrant[]],
  options: { readonly label: string; readonly unit: 's' | 'ms'; readonly rounds: number },
  context: Pick<BenchContext, 'log'>,
): Promise<MeasureRow[]> {
  const [oursTaken, ...peersTaken] = await takeTurns([ours, ...peers], options.rounds, context);
  if (oursTaken === undefined) return [];
  if (peers.length === 0) return [comparisonRow(oursTaken, undefined, options)];
  return peers.map((peer, index) => comparisonRow(oursTaken, peersTaken[index], { ...options, ...peer }));
}

/** How a row is labelled and judged. */
export interface RowOptions {
  readonly label: string;
  readonly unit: 's' | 'ms';
  readonly target?: Target;
  readonly notes?: readonly string[];
}

/** The table's line for ours against one peer (or alone): medians, and the median of the ratios pair by pair. */
export function comparisonRow(ours: Samples, peer: Samples | undefined, options: RowOptions): MeasureRow {
  const scale = options.unit === 'ms' ? 1000 : 1;
  const scaled = (samples: Samples) => samples.sec.map((sec) => sec * scale);
  const foreign = [ours.foreignCores, peer?.foreignCores].filter((cores) => cores !== undefined);
  return {
    label: options.label,
    unit: options.unit,
    ours: median(scaled(ours)),
    oursSamples: scaled(ours),
    ...(peer === undefined
      ? {}
      : {
          peer: { name: peer.name, value: median(scaled(peer)), samples: scaled(peer) },
          ratio: median(peer.sec.map((sec, index) => sec / (ours.sec[index] ?? NaN))),
        }),
    ...(options.target === undefined ? {} : { target: options.target }),
    ...(foreign.length === 0 ? {} : { foreignCores: Math.max(...foreign) }),
    notes: options.notes ?? [],
  };
}
