import type { Measure, MeasureRow, Target } from './measure.ts';
import { compareEntrants, type Entrant } from './paired-comparison.ts';
import { againstReference } from './reference-comparison.ts';

const TARGET: Target = { kind: 'ratioAtLeast', value: 1.7 };

/** Sizes that a budget of 64 tokens gives to square and to 16:9 frames. */
const grids = [
  { gridHeight: 16, gridWidth: 16 },
  { gridHeight: 12, gridWidth: 20 },
];

/** The vision tower on one frame pair: the reference at its best, since its cost a pair grows with the clip. */
export const visionMeasure: Measure = {
  name: 'vision',
  summary: 'vision tower on one frame pair alone',
  needs: ['package'],
  hasPeers: true,
  run: (context) =>
    againstReference(context, async (ours, reference) => {
      const rows: MeasureRow[] = [];
      for (const grid of grids) {
        const request = { measure: 'vision', pairs: 1, ...grid };
        const entrants: [Entrant, ...Entrant[]] = [{ contestant: ours, request }];
        if (reference !== undefined) entrants.push({ contestant: reference, request, target: TARGET });
        const label = `vision tower, one pair of ${grid.gridHeight * grid.gridWidth} patches`;
        rows.push(
          ...(await compareEntrants(entrants, { label, unit: 'ms', rounds: context.rounds }, context)),
        );
      }
      return rows;
    }),
};
