import { z } from 'zod';
import { oursCommand } from '../contestants/commands.ts';
import { withContestants } from '../contestants/contestant.ts';
import { watchTreeMemory } from '../machine/process-memory.ts';
import type { Measure } from './measure.ts';
import { noSamples, sample } from './paired-comparison.ts';

const gigabyte = 1e9;
const replySchema = z.looseObject({ peakBytes: z.number() });

/** The most memory that a search of an hour takes, window by window, up to its candidates. */
export const hourMemoryMeasure: Measure = {
  name: 'hour-memory',
  summary: 'peak memory of a search of an hour of 1080p, window by window (takes hours on two cores)',
  needs: ['package', 'oneHour'],
  hasPeers: false,
  onlyByName: true,
  run: (context) =>
    withContestants(oursCommand(context), [], async (ours) => {
      const memory = watchTreeMemory(ours.pid);
      const searched = noSamples(ours.name);
      const request = { videoPath: context.paths.oneHourVideo, question: 'When does the picture turn blue?' };
      const forcedTokens = { plannerTokens: 32, grounderTokens: 8, answererTokens: 64 };
      await sample(ours, { measure: 'ask', ...request, searchMode: 'windows', ...forcedTokens }, searched);
      const treeBytes = memory.stop();
      const peak = replySchema.parse(searched.replies[0]).peakBytes / gigabyte;
      return [
        {
          label: 'search of an hour of 1080p in windows, peak memory of the engine',
          unit: 'GB',
          ours: peak,
          oursSamples: [peak],
          target: { kind: 'oursAtMost', value: 4.5 },
          notes: [
            `took ${(searched.sec[0] ?? 0).toFixed(0)} s`,
            ...(treeBytes === undefined
              ? []
              : [`with ffmpeg's processes ${(treeBytes / gigabyte).toFixed(2)} GB`]),
          ],
        },
      ];
    }),
};
