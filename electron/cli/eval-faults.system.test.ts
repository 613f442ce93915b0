import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { predictionsOf, runAndKill, samplesDone } from '../host/evaluation/testing/disturbed-runs.ts';
import { toyPackagePath, writeOwnAnnotations } from './testing/own-annotations.ts';
import { launchPath, runCli } from './testing/run-cli.ts';

const videos = 4;
const samples = videos * 4;
let folder: string;
let data: string;
let undisturbed: string;

const runArgs = (out: string): string[] => [
  ...['eval', 'run', 'own', '--data', data, '--model', toyPackagePath, '--out', out],
  ...['--roles', 'grounder', '--device', 'cpu'],
];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-eval-faults-'));
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
  data = path.join(folder, 'data');
  await writeOwnAnnotations(data, videos);
  const out = path.join(folder, 'undisturbed');
  await expect(runCli(runArgs(out))).resolves.toMatchObject({ code: 0 });
  undisturbed = await predictionsOf(out);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Whole numbers below a limit that a seed decides. */
function draws(seed: string): (limit: number) => number {
  let count = 0;
  return (limit) => createHash('sha256').update(`${seed} ${count++}`).digest().readUInt32BE() % limit;
}

/** Runs in a file system that has room for so many bytes more than what is there; then what came out is put back. */
function runOnSmallDisk(out: string, roomBytes: number) {
  const disk = `${out}.disk`;
  const script = `mount -t tmpfs -o size=$(( $(du -sb "$1" | cut -f1) + ${roomBytes} + 16384 )) tmpfs "$2" || exit 77
    cp -a "$1"/. "$2"; shift; disk="$1"; out="$2"; shift 2; "$@"; status=$?; cp -a "$disk"/. "$out"; exit $status`;
  const namespace = ['--user', '--map-root-user', '--mount'];
  const command = [process.execPath, launchPath, ...runArgs(disk)];
  const result = spawnSync('unshare', [...namespace, 'sh', '-c', script, 'sh', out, disk, out, ...command], {
    encoding: 'utf8',
  });
  return { code: result.status, stderr: result.stderr };
}

describe('a run that meets everything', () => {
  it.each(['first', 'second'])(
    'videos that vanish and come back, killed engines and runners, full disks: ends as an undisturbed one (%s seed)',
    async (seed) => {
      const draw = draws(seed);
      const out = path.join(folder, seed);
      await mkdir(out);
      await mkdir(`${out}.disk`);
      const faults: Readonly<Record<string, () => Promise<void>>> = {
        disk: async () => {
          const before = await samplesDone(out);
          const { code, stderr } = runOnSmallDisk(out, draw(3) * 4096);
          if (code === 77) return;
          // It may have had room for all that was left.
          if (code !== 0)
            expect([code, stderr]).toEqual([
              1,
              expect.stringContaining('DISK_FULL: There is no room to write') as string,
            ]);
          expect(await samplesDone(out)).toBeGreaterThanOrEqual(before);
        },
        runner: async () => {
          await runAndKill(runArgs(out), out, (await samplesDone(out)) + draw(3));
        },
        video: async () => {
          const clip = path.join(data, `clip-${draw(videos)}.mp4`);
          await rename(clip, `${clip}.gone`);
          // Its samples fail, and the engine is killed in the middle of the others.
          await runAndKill(runArgs(out), out, (await samplesDone(out)) + draw(4), 'engine');
          await rename(`${clip}.gone`, clip);
        },
      };
      // Always all of them, in an order of the seed's own; after the vanished video only its samples are open.
      const early = draw(2) === 0 ? ['disk', 'runner'] : ['runner', 'disk'];
      for (const fault of [...early, 'video', 'runner']) await faults[fault]?.();
      const last = await runCli(runArgs(out));
      expect([last.code, last.stderr]).toEqual([0, expect.stringContaining('Going on') as string]);
      expect(await samplesDone(out)).toBe(samples);
      expect(await predictionsOf(out)).toBe(undisturbed);
    },
  );
});
