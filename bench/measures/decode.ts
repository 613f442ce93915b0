import { llamaCommand, oursCommand } from '../contestants/commands.ts';
import { withContestants, type Contestant } from '../contestants/contestant.ts';
import type { BenchContext, Measure, MeasureRow, Target } from './measure.ts';
import { compareEntrants, type Entrant } from './paired-comparison.ts';
import { againstReference } from './reference-comparison.ts';

const REFERENCE_TARGET: Target = { kind: 'ratioAtLeast', value: 2.5 };
/** Within 10 % of llama.cpp: at most 1.1 times its time. */
const LLAMA_TARGET: Target = { kind: 'ratioAtLeast', value: 1 / 1.1 };
const LENGTHS = [512, 2048];
const TOKENS = 24;

/** Generating a token after 512 and after 2,048 tokens: embedding, decoder, lm_head and choice; median of 24 a round. */
export const decodeMeasure: Measure = {
  name: 'decode',
  summary: 'generating a token after 512 and 2,048 tokens, adapter active',
  needs: ['package'],
  hasPeers: true,
  async run(context) {
    const rows = await againstReference(context, (ours, reference) =>
      decodeRows(
        context,
        ours,
        reference === undefined ? [] : [{ contestant: reference, target: REFERENCE_TARGET }],
      ),
    );
    if (context.withoutPeers !== undefined) return rows;
    const llamas = [llamaCommand(context, false), llamaCommand(context, true)];
    const againstLlama = await withContestants(oursCommand(context), llamas, (ours, peers) => {
      const [plain, adapted] = peers;
      return decodeRows(context, ours, [
        ...(plain === undefined
          ? []
          : [
              {
                contestant: plain,
                target: LLAMA_TARGET,
                notes: ['llama.cpp without an adapter, ours with'],
              },
            ]),
        ...(adapted === undefined ? [] : [{ contestant: adapted }]),
      ]);
    });
    return [...rows, ...againstLlama];
  },
};

async function decodeRows(
  context: BenchContext,
  ours: Contestant,
  peers: readonly Omit<Entrant, 'request'>[],
): Promise<MeasureRow[]> {
  const rows: MeasureRow[] = [];
  for (const length of LENGTHS) {
    const request = { measure: 'decode', context: length, tokens: TOKENS };
    rows.push(
      ...(await compareEntrants(
        [{ contestant: ours, request }, ...peers.map((peer) => ({ ...peer, request }))],
        { label: `decode of a token after ${length}`, unit: 'ms', rounds: context.rounds },
        context,
      )),
    );
  }
  return rows;
}
