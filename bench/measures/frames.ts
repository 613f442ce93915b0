import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { evenlySpaced } from '../../native-models/media/sample-frames.ts';
import type { ContestantCommand } from '../contestants/contestant.ts';
import { withContestants } from '../contestants/contestant.ts';
import type { BenchContext, Measure, MeasureRow } from './measure.ts';
import type { Samples } from './paired-comparison.ts';
import { comparisonRow, noSamples, sample } from './paired-comparison.ts';

const FRAMES = 150;
const SIZE = { width: 224, height: 126 };
/** The test videos count from 0 in each repeated segment of 120 s. */
const SEGMENT_FRAMES = 3000;

const replySchema = z.looseObject({ counters: z.array(z.number()) });

interface Clip {
  readonly label: string;
  readonly path: string;
  readonly totalFrames: number;
  /** Decord's time over ours. */
  readonly ratio: number;
}

/** 150 evenly spread frames out of a long and a longer video, beside decord; whether they are the right ones is checked. */
export const framesMeasure: Measure = {
  name: 'frames',
  summary: `${FRAMES} exact frames out of a 10-minute and a 1-hour video, beside decord`,
  needs: ['tenMinutes', 'oneHour'],
  hasPeers: true,
  async run(context) {
    const { paths } = context;
    const clips: readonly Clip[] = [
      { label: '10 minutes of 720p', path: paths.tenMinuteVideo, totalFrames: 15_000, ratio: 1 / 1.15 },
      { label: '1 hour of 1080p', path: paths.oneHourVideo, totalFrames: 90_000, ratio: 1 / 0.75 },
    ];
    const rows: MeasureRow[] = [];
    for (const clip of clips) rows.push(await measureClip(clip, context));
    return rows;
  },
};

async function measureClip(clip: Clip, context: BenchContext): Promise<MeasureRow> {
  const ours = noSamples('ours');
  const decord = noSamples('decord');
  const request = { measure: 'frames', video: clip.path, frames: FRAMES, ...SIZE };
  const takeSample = async (command: ContestantCommand, samples: Samples): Promise<void> => {
    // A fresh process each time: decord keeps what it decoded.
    await withContestants(command, [], (contestant) => sample(contestant, request, samples));
    context.log(`${command.name}, ${clip.label}: ${samples.sec.at(-1)?.toFixed(1) ?? '?'} s`);
  };
  for (let round = 0; round < context.rounds; round++) {
    const turns = [
      () => takeSample(oursCommand, ours),
      ...(context.withoutPeers === undefined ? [() => takeSample(decordCommand(context), decord)] : []),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
  }
  return comparisonRow(ours, decord.sec.length === 0 ? undefined : decord, {
    label: `${FRAMES} frames of ${SIZE.width}×${SIZE.height} out of ${clip.label}`,
    unit: 's',
    target: { kind: 'ratioAtLeast', value: clip.ratio },
    notes: [ours, decord]
      .filter((samples) => samples.replies.length > 0)
      .map(
        (samples) => `${samples.name}: ${exactFrames(samples, clip)} of ${FRAMES} frames are the right ones`,
      ),
  });
}

/** How many frames carry the counter that they should. @throws Error when ours misses one. */
function exactFrames(samples: Samples, clip: Clip): number {
  const { counters } = replySchema.parse(samples.replies.at(-1));
  const wanted = evenlySpaced(0, clip.totalFrames - 1, FRAMES);
  const exact = wanted.filter((frameIndex, place) => counters[place] === frameIndex % SEGMENT_FRAMES).length;
  if (samples.name === 'ours' && exact !== FRAMES)
    throw new Error(`only ${exact} of ${FRAMES} frames are right`);
  return exact;
}

const oursCommand: ContestantCommand = {
  name: 'ours',
  command: process.execPath,
  arguments: [fileURLToPath(new URL('../contestants/frames.ts', import.meta.url))],
};

function decordCommand({ paths, threads }: BenchContext): ContestantCommand {
  const script = join(paths.peersScripts, 'decord_frames.py');
  return { name: 'decord', command: paths.python, arguments: [script, '--threads', String(threads)] };
}
