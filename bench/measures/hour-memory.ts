import { z } from 'zod';
import { oursCommand } from '../contestants/commands.ts';
import { withContestants } from '../contestants/contestant.ts';
import { watchTreeMemory } from '../machine/process-memory.ts';
import type { Measure } from './measure.ts';
import { noSamples, sample } from './paired-comparison.ts';

const gigabyte = 1e9;
const replySchema = z.looseObject({
  peakBytes: z.number(),
  windows: z.object({ searched: z.number(), total: z.number() }),
});

/** The most memory that a search of an hour takes, window by window, up to its answer; of some windows only where `--windows` says so. */
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
      const asked = { ...request, searchMode: 'windows', mostWindows: context.windows };
      await sample(ours, { measure: 'ask', ...asked, ...forcedTokens }, searched);
      const treeBytes = memory.stop();
      const { peakBytes, windows } = replySchema.parse(searched.replies[0]);
      const peak = peakBytes / gigabyte;
      const isWhole = windows.searched === windows.total;
      return [
        {
          label: isWhole
            ? 'search of an hour of 1080p in windows, peak memory of the engine'
            : `search of an hour of 1080p ended after ${windows.searched} of ${windows.total} windows, peak memory of the engine up to then`,
          unit: 'GB',
          ours: peak,
          oursSamples: [peak],
          // What some windows take says nothing of all of them.
          ...(isWhole ? { target: { kind: 'oursAtMost', value: 4.5 } } : {}),
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
