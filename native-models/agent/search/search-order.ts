import type { SearchGrid, SearchWindow } from './search-grid.ts';

/** One in so many pairs of the grid is looked at first. */
const coarseStep = 4;

/** The pairs of the coarse looks that come first, each as many as a window takes. */
export function coarseLooks(grid: SearchGrid, pairsPerWindow: number): number[][] {
  const pairs = grid.frameIndices.length / 2;
  const coarse = Array.from({ length: Math.ceil(pairs / coarseStep) }, (_, pair) => pair * coarseStep);
  const looks = Math.ceil(coarse.length / pairsPerWindow);
  const size = Math.ceil(coarse.length / Math.max(1, looks));
  return Array.from({ length: looks }, (_, look) => coarse.slice(look * size, (look + 1) * size));
}

/** What a coarse look makes of each of its pairs: how likely it shows what is searched. */
export interface CoarseSighting {
  readonly pairs: readonly number[];
  /** As many as pairs. */
  readonly likelihoods: readonly number[];
}

/** Windows, the likeliest to show what is searched first; in the film's order where nothing tells them apart. */
export function orderWindows(
  windows: readonly SearchWindow[],
  sightings: readonly CoarseSighting[],
): SearchWindow[] {
  const likelihoodOf = new Map<number, number>();
  for (const { pairs, likelihoods } of sightings) {
    for (const [at, pair] of pairs.entries()) likelihoodOf.set(pair, likelihoods[at] ?? 0);
  }
  const best = ({ firstPair, endPair }: SearchWindow): number => {
    let most = 0;
    for (let pair = firstPair; pair < endPair; pair++) most = Math.max(most, likelihoodOf.get(pair) ?? 0);
    return most;
  };
  const scored = windows.map((window) => ({ window, likelihood: best(window) }));
  return scored.sort((one, other) => other.likelihood - one.likelihood).map(({ window }) => window);
}
