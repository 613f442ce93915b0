import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { planDecoding } from '../native-models/media/decode-plan.ts';
import { decodeTask } from '../native-models/media/decode-task.ts';
import type { Ffmpeg } from '../native-models/media/ffmpeg.ts';
import { locateFfmpeg } from '../native-models/media/ffmpeg.ts';
import { askFfmpeg } from '../native-models/media/ffmpeg-process.ts';
import { noJail } from '../native-models/media/jail/choose-jail.ts';
import { makeVideo } from '../native-models/media/made-videos.ts';
import { probeVideo } from '../native-models/media/probe.ts';

/*
 * What the jail of decoders costs: 150 exact frames of a two-minute 720p video, and the start of a child, in the jail and outside
 * by turns, with the frames held against each other: node bench/jail.ts [--pairs N]
 */
const { values } = parseArgs({ options: { pairs: { type: 'string', default: '5' } } });
const pairs = Number(values.pairs);
const frameCount = 150;
const starts = 40;
const folder = await mkdtemp(path.join(tmpdir(), 'videomind-jail-bench-'));
try {
  const jailed = await locateFfmpeg();
  const builds: Readonly<Record<'jailed' | 'free', Ffmpeg>> = { jailed, free: { ...jailed, jail: noJail } };
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=25:d=120'];
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '250', '-pix_fmt', 'yuv420p'];
  const video = await probeVideo(
    await makeVideo(jailed, [...picture, ...coding], path.join(folder, 'film.mp4')),
  );
  const wanted = Array.from({ length: frameCount }, (_, index) =>
    Math.floor((index * (video.totalFrames - 1)) / (frameCount - 1)),
  );

  async function decode(ffmpeg: Ffmpeg): Promise<string> {
    const hash = createHash('sha256');
    let count = 0;
    for (const task of planDecoding(video, wanted)) {
      const { signal } = new AbortController();
      for await (const frame of decodeTask(ffmpeg, video, task, { signal, threads: 2 })) {
        hash.update(`${frame.frameIndex}:`).update(frame.rgb);
        count++;
      }
    }
    return `${count} frames, ${hash.digest('hex').slice(0, 16)}`;
  }

  console.log(`${jailed.path} ${jailed.version}: ${jailed.jail.mechanisms}`);
  await decodeInTurns('150 exact frames', pairs, decode);
  await decodeInTurns('the start of a child', starts, (ffmpeg) => askFfmpeg(ffmpeg, ['-version']));

  /** Times both by turns, first one ahead and then the other, and compares what they gave. */
  async function decodeInTurns(
    what: string,
    count: number,
    work: (ffmpeg: Ffmpeg) => Promise<string>,
  ): Promise<void> {
    const took = { jailed: [] as number[], free: [] as number[] };
    const worked = { jailed: [] as number[], free: [] as number[] };
    const results = new Set<string>();
    for (let turn = 0; turn < count; turn++) {
      const order = turn % 2 === 0 ? (['jailed', 'free'] as const) : (['free', 'jailed'] as const);
      for (const name of order) {
        const startMs = performance.now();
        const startCpuSec = childrenCpuSec();
        results.add(await work(builds[name]));
        took[name].push(performance.now() - startMs);
        worked[name].push(childrenCpuSec() - startCpuSec);
      }
    }
    const ratioOf = (times: typeof took): string => {
      const ratio = median(times.jailed.map((value, index) => value / (times.free[index] ?? value)));
      return `${((ratio - 1) * 100).toFixed(1)} %`;
    };
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const outcome = results.size === 1 ? 'the same output' : `DIFFERENT OUTPUTS: ${[...results].join(' | ')}`;
    console.log(
      `${what}, ${count} pairs: ${median(took.jailed).toFixed(1)} ms jailed, ${median(took.free).toFixed(1)} ms free ` +
        `(median of pairs ${ratioOf(took)}); processor time of the children ${sum(worked.jailed).toFixed(2)} s and ` +
        `${sum(worked.free).toFixed(2)} s (${((sum(worked.jailed) / sum(worked.free) - 1) * 100).toFixed(1)} %); ${outcome}`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Processor time of children that have ended, which others at work on the machine change little. */
function childrenCpuSec(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const ticksPerSec = 100;
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSec;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
