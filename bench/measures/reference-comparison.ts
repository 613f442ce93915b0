import { oursCommand, referenceCommand } from '../contestants/commands.ts';
import { withContestants, type Contestant } from '../contestants/contestant.ts';
import type { BenchContext, MeasureRow } from './measure.ts';

/**
 * Measures ours against the reference once for each arithmetic that the reference can be run in, and keeps of every row
 * the one in which the reference is faster: which it is depends on the machine and on the work. `measure` gives the same
 * rows each time; without peers it is called once, without a reference.
 */
export async function againstReference(
  context: BenchContext,
  measure: (ours: Contestant, reference: Contestant | undefined) => Promise<MeasureRow[]>,
): Promise<MeasureRow[]> {
  if (context.withoutPeers !== undefined) {
    return withContestants(oursCommand(context), [], (ours) => measure(ours, undefined));
  }
  const runs: MeasureRow[][] = [];
  for (const dtype of context.referenceDtypes) {
    runs.push(
      await withContestants(oursCommand(context), [referenceCommand(context, dtype)], (ours, [reference]) =>
        measure(ours, reference),
      ),
    );
  }
  return fasterPeerRows(runs);
}

/** Of several runs of the same rows, each row with the faster peer; the others are named in its notes. */
export function fasterPeerRows(runs: readonly (readonly MeasureRow[])[]): MeasureRow[] {
  return (runs[0] ?? []).flatMap((_, place) => {
    const rivals = runs
      .flatMap((rows) => rows[place] ?? [])
      .toSorted((a, b) => (a.peer?.value ?? Infinity) - (b.peer?.value ?? Infinity));
    const [faster, ...slower] = rivals;
    if (faster === undefined) return [];
    const others = slower.flatMap(({ peer, ours, unit }) =>
      peer === undefined
        ? []
        : [`${peer.name}: ${peer.value.toFixed(2)} ${unit}, ours beside it ${ours.toFixed(2)} ${unit}`],
    );
    return [{ ...faster, notes: [...faster.notes, ...others] }];
  });
}
