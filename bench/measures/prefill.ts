import { llamaCommand, oursCommand } from '../contestants/commands.ts';
import { withContestants } from '../contestants/contestant.ts';
import type { Measure, MeasureRow, Target } from './measure.ts';
import { compareEntrants, type Entrant } from './paired-comparison.ts';
import { againstReference } from './reference-comparison.ts';

/** What reading 2,048 tokens has to reach against the reference as it runs. */
const TARGET: Target = { kind: 'ratioAtLeast', value: 1.4 };
const LENGTHS = [512, 2048];

/** Reading a prompt of 512 and of 2,048 tokens, to the logits of the last one. */
export const prefillMeasure: Measure = {
  name: 'prefill',
  summary: 'reading a prompt of 512 and 2,048 tokens, adapter active',
  needs: ['package'],
  hasPeers: true,
  async run(context) {
    const compare = (entrants: [Entrant, ...Entrant[]], tokens: number) =>
      compareEntrants(
        entrants,
        { label: `prefill of ${tokens} tokens`, unit: 's', rounds: context.rounds },
        context,
      );
    const rows = await againstReference(context, async (ours, reference) => {
      const byLength: MeasureRow[] = [];
      for (const tokens of LENGTHS) {
        const request = { measure: 'prefill', tokens };
        const entrants: [Entrant, ...Entrant[]] = [{ contestant: ours, request }];
        if (reference !== undefined) {
          const target = tokens === 2048 ? { target: TARGET } : {};
          entrants.push({ contestant: reference, request, ...target });
          entrants.push({
            contestant: reference,
            request: { ...request, lastLogitsOnly: true },
            notes: ['the reference changed to compute the logits of the last position only'],
          });
        }
        byLength.push(...(await compare(entrants, tokens)));
      }
      return byLength;
    });
    if (context.withoutPeers !== undefined) return rows;
    await withContestants(oursCommand(context), [llamaCommand(context, true)], async (ours, peers) => {
      for (const tokens of LENGTHS) {
        const request = { measure: 'prefill', tokens };
        const entrants = peers.map((contestant) => ({ contestant, request }));
        rows.push(...(await compare([{ contestant: ours, request }, ...entrants], tokens)));
      }
    });
    return rows;
  },
};
