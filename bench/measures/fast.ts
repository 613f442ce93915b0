import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { listKeptFeatures } from '../../native-models/agent/caches/kept-features/kept-features.ts';
import { keepingCommand, oursCommand } from '../contestants/commands.ts';
import { withContestants } from '../contestants/contestant.ts';
import type { BenchContext, Measure, MeasureRow } from './measure.ts';
import { comparisonRow, noSamples, sample, type Samples } from './paired-comparison.ts';

const replySchema = z.looseObject({
  candidatesSec: z.number(),
  towerSec: z.number(),
  timings: z.record(z.string(), z.number()),
});
const forcedTokens = { plannerTokens: 32, grounderTokens: 8, answererTokens: 64 };

/** A first question about the ten-minute video, exactly and fast, each in a fresh process; and after `prepare` and a restart. */
export const fastMeasure: Measure = {
  name: 'fast',
  summary: 'a first question about the 10-minute video: exact, fast, and prepared before a restart',
  needs: ['package', 'tenMinutes'],
  hasPeers: false,
  onlyByName: true,
  async run(context): Promise<MeasureRow[]> {
    const exact = await firstQuestion(context, { speed: 'exact' });
    context.log(`exact: ${wordsOf(exact)}`);
    const fast = await firstQuestion(context, { speed: 'fast' });
    context.log(`fast: ${wordsOf(fast)}`);
    const kept = path.join(context.paths.work, 'fast-kept');
    await rm(kept, { recursive: true, force: true });
    const preparing = noSamples('prepare');
    await withContestants(keepingCommand(context, kept), [], async (ours) => {
      await sample(ours, { measure: 'prepare', videoPath: context.paths.tenMinuteVideo }, preparing);
    });
    const diskBytes = (await listKeptFeatures(kept)).reduce((sum, { bytes }) => sum + bytes, 0);
    const disk = `disk ${(diskBytes / 1e6).toFixed(0)} MB; prepare took ${(preparing.sec[0] ?? 0).toFixed(0)} s`;
    context.log(disk);
    const prepared = await firstQuestion(context, {
      speed: 'exact',
      keptFolder: kept,
      roles: 'planner,grounder',
    });
    context.log(`prepared: ${wordsOf(prepared)}`);
    await rm(kept, { recursive: true, force: true });
    return [
      comparisonRow(fast.samples, exact.samples, {
        label: 'first answer about a 10-minute 720p video, fast',
        unit: 's',
        target: { kind: 'ratioAtLeast', value: 2.5 },
        notes: [`exact: ${wordsOf(exact)}`, `fast: ${wordsOf(fast)}`],
      }),
      {
        label: 'candidates after prepare and a restart',
        unit: 's',
        ours: prepared.candidatesSec,
        oursSamples: [prepared.candidatesSec],
        peer: { name: 'not prepared', value: exact.candidatesSec, samples: [exact.candidatesSec] },
        ratio: exact.candidatesSec / prepared.candidatesSec,
        target: { kind: 'ratioAtLeast', value: 20 },
        notes: [disk],
      },
    ];
  },
};

interface FirstQuestion extends z.infer<typeof replySchema> {
  readonly samples: Samples;
}

interface AskedQuestion {
  readonly speed: 'exact' | 'fast';
  /** What was kept on disk is found there. */
  readonly keptFolder?: string;
  /** Separated by commas; absent: all. Candidates are there when the grounder has ended. */
  readonly roles?: string;
}

async function firstQuestion(context: BenchContext, asked: AskedQuestion): Promise<FirstQuestion> {
  const { keptFolder, speed, roles } = asked;
  const command = keptFolder === undefined ? oursCommand(context) : keepingCommand(context, keptFolder);
  const samples = noSamples(speed);
  await withContestants(command, [], async (ours) => {
    const videoPath = context.paths.tenMinuteVideo;
    const question = 'When does the picture turn blue?';
    const request = { measure: 'ask', videoPath, question, speed, ...(roles === undefined ? {} : { roles }) };
    await sample(ours, { ...request, ...forcedTokens }, samples);
  });
  return { ...replySchema.parse(samples.replies[0]), samples };
}

function wordsOf({ towerSec, candidatesSec, timings }: FirstQuestion): string {
  const roles = Object.entries(timings).map(([name, sec]) => `${name} ${sec.toFixed(1)}`);
  return `tower ${towerSec.toFixed(1)}, candidates after ${candidatesSec.toFixed(1)}, ${roles.join(', ')}`;
}
