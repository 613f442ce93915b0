import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { oursCommand } from '../contestants/commands.ts';
import { withContestants } from '../contestants/contestant.ts';
import type { BenchContext, Measure } from './measure.ts';
import { comparisonRow, noSamples, sample } from './paired-comparison.ts';

const loadReplySchema = z.looseObject({ firstLogitsSec: z.number() });

/** Loading the package in a fresh process: without and with what an earlier load left in this machine's cache. */
export const loadMeasure: Measure = {
  name: 'load',
  summary: 'loading the imported package in a fresh process, the first and later times',
  needs: ['package'],
  hasPeers: false,
  async run(context) {
    await rm(context.paths.prepacked, { recursive: true, force: true });
    const first = await loadOnce(context, 1);
    const later = await loadOnce(context, context.rounds);
    return [
      comparisonRow(first.opened, undefined, { label: 'loading a package, first time', unit: 's' }),
      comparisonRow(later.opened, undefined, {
        label: 'loading a package, from the second time on',
        unit: 's',
        target: { kind: 'oursAtMost', value: 5 },
      }),
      comparisonRow(later.firstLogits, undefined, {
        label: 'the same, up to the first logits',
        unit: 's',
      }),
    ];
  },
};

async function loadOnce(context: BenchContext, times: number) {
  const opened = noSamples('ours');
  const firstLogits = noSamples('ours');
  for (let count = 0; count < times; count++) {
    await withContestants(oursCommand(context), [], (ours) => sample(ours, { measure: 'load' }, opened));
    firstLogits.sec.push(loadReplySchema.parse(opened.replies.at(-1)).firstLogitsSec);
    context.log(`loaded in ${opened.sec.at(-1)?.toFixed(2) ?? '?'} s`);
  }
  return { opened, firstLogits };
}
