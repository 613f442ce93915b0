import { z } from 'zod';
import { oursCommand } from '../contestants/commands.ts';
import { withContestants } from '../contestants/contestant.ts';
import type { BenchContext, Measure } from './measure.ts';
import { noSamples, sample } from './paired-comparison.ts';

const replySchema = z.looseObject({ towerSec: z.number(), pairs: z.number() });

/** Seconds in the vision tower for all that the grounder sees of half an hour of slides, window by window: exactly and fast. */
export const recordingMeasure: Measure = {
  name: 'recording',
  summary: 'the vision tower on a 30-minute screen recording, exact and fast',
  needs: ['package', 'recording'],
  hasPeers: false,
  onlyByName: true,
  async run(context) {
    const exact = await towerTime(context, 'exact');
    const fast = await towerTime(context, 'fast');
    return [
      {
        label: 'vision tower on a 30-minute screen recording, fast',
        unit: 's',
        ours: fast.towerSec,
        oursSamples: [fast.towerSec],
        peer: { name: 'exact', value: exact.towerSec, samples: [exact.towerSec] },
        ratio: exact.towerSec / fast.towerSec,
        target: { kind: 'ratioAtLeast', value: 4 },
        notes: [`${exact.pairs} frame pairs`],
      },
    ];
  },
};

async function towerTime(
  context: BenchContext,
  speed: 'exact' | 'fast',
): Promise<z.infer<typeof replySchema>> {
  const samples = noSamples(speed);
  await withContestants(oursCommand(context), [], (ours) =>
    sample(
      ours,
      { measure: 'prepare', videoPath: context.paths.screenRecording, searchMode: 'windows', speed },
      samples,
    ),
  );
  return replySchema.parse(samples.replies[0]);
}
