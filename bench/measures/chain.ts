import { z } from 'zod';
import { oursCommand } from '../contestants/commands.ts';
import { withContestants } from '../contestants/contestant.ts';
import { watchTreeMemory } from '../machine/process-memory.ts';
import type { Measure, MeasureRow } from './measure.ts';
import { comparisonRow, noSamples, sample, type Samples } from './paired-comparison.ts';

const GIGABYTE = 1e9;
const MEMORY_TARGET_GIGABYTES = 4.5;

const replySchema = z.looseObject({
  candidatesSec: z.number(),
  peakBytes: z.number().nullish(),
  timings: z.record(z.string(), z.number()),
});

/** Lengths of the replies: random weights do not stop by themselves. */
const forcedTokens = { plannerTokens: 32, grounderTokens: 8, answererTokens: 64 };

/**
 * The whole chain on the ten-minute video, then a second question of the same video in the same process: time, memory,
 * and how much sooner the second question has its candidates.
 */
export const chainMeasure: Measure = {
  name: 'chain',
  summary: 'the whole chain on a 10-minute 720p video, memory, and a second question on it',
  needs: ['package', 'tenMinutes'],
  hasPeers: false,
  run: (context) =>
    withContestants(oursCommand(context), [], async (ours) => {
      const ask = (question: string) => ({
        measure: 'ask',
        videoPath: context.paths.tenMinuteVideo,
        question,
        ...forcedTokens,
      });
      const load = noSamples(ours.name);
      await sample(ours, { measure: 'load' }, load);
      const memory = watchTreeMemory(ours.pid);
      const first = noSamples(ours.name);
      await sample(ours, ask('When does the picture turn blue?'), first);
      const second = noSamples(ours.name);
      await sample(ours, ask('What happens after the pattern has moved to the left?'), second);
      const treePeakBytes = memory.stop();

      const firstReply = replySchema.parse(first.replies[0]);
      const secondReply = replySchema.parse(second.replies[0]);
      const peakBytes = Math.max(firstReply.peakBytes ?? 0, secondReply.peakBytes ?? 0, loadPeakBytes(load));
      const peakGigabytes = peakBytes / GIGABYTE;
      const rows: MeasureRow[] = [
        comparisonRow(first, undefined, {
          label: 'whole chain, 10-minute 720p video',
          unit: 's',
          notes: [describeTimings(firstReply.timings)],
        }),
        comparisonRow(second, undefined, {
          label: 'whole chain, second question',
          unit: 's',
          notes: [describeTimings(secondReply.timings)],
        }),
        {
          label: 'whole chain, peak memory of the engine',
          unit: 'GB',
          ours: peakGigabytes,
          oursSamples: [peakGigabytes],
          target: { kind: 'oursAtMost', value: MEMORY_TARGET_GIGABYTES },
          notes: [
            'both questions, mapped weights included',
            ...(treePeakBytes === undefined
              ? []
              : [`with ffmpeg's processes ${(treePeakBytes / GIGABYTE).toFixed(2)} GB`]),
          ],
        },
        candidatesRow(first, firstReply.candidatesSec, secondReply.candidatesSec),
      ];
      return rows;
    }),
};

/** The second question's time to its candidates, beside the first one's in the place of a peer. */
function candidatesRow(first: Samples, firstSec: number, secondSec: number): MeasureRow {
  return {
    label: 'second question, time to its candidates',
    unit: 's',
    ours: secondSec,
    oursSamples: [secondSec],
    peer: { name: 'first question', value: firstSec, samples: [firstSec] },
    ratio: firstSec / secondSec,
    target: { kind: 'ratioAtLeast', value: 10 },
    ...(first.foreignCores === undefined ? {} : { foreignCores: first.foreignCores }),
    notes: [`${forcedTokens.plannerTokens} tokens of plan, ${forcedTokens.grounderTokens} of grounding`],
  };
}

function loadPeakBytes(load: Samples): number {
  return z.looseObject({ loadPeakBytes: z.number().optional() }).parse(load.replies[0]).loadPeakBytes ?? 0;
}

function describeTimings(timings: Readonly<Record<string, number>>): string {
  return Object.entries(timings)
    .map(([name, sec]) => `${name} ${sec.toFixed(1)}`)
    .join(', ');
}
