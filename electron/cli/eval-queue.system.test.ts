import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { predictionsOf, samplesDone } from '../host/evaluation/testing/disturbed-runs.ts';
import { freePort, redisMissing, startRedis } from '../host/evaluation/testing/redis-server.ts';
import type { RedisServer } from '../host/evaluation/testing/redis-server.ts';
import { toyPackagePath, writeOwnAnnotations } from './testing/own-annotations.ts';
import { runCli, startCli } from './testing/run-cli.ts';

if (redisMissing !== undefined) process.stdout.write(`SKIPPED eval-queue: ${redisMissing}\n`);

let folder: string;
let data: string;
let redis: RedisServer | undefined;
const started: ChildProcess[] = [];
const samples = 24;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-eval-queue-'));
  data = path.join(folder, 'data');
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
  await writeOwnAnnotations(data, samples / 4);
});
afterAll(async () => {
  for (const { pid, exitCode, signalCode } of started) {
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(pid, 'SIGKILL');
  }
  await redis?.kill();
  await rm(folder, { recursive: true, force: true });
});

function start(...args: readonly string[]) {
  const run = startCli(['eval', ...args]);
  started.push(run.child);
  return run;
}

const source = (): string[] => ['own', '--data', data, '--model', toyPackagePath, '--roles', 'grounder'];
const startWorker = (url: string) =>
  start('work', '--data', data, '--model', toyPackagePath, '--redis', url, '--lost-after', '2');

describe.skipIf(redisMissing !== undefined)('a run through Redis', () => {
  it('loses nothing and doubles nothing when a worker dies and Redis is stopped and started', async () => {
    const undisturbed = path.join(folder, 'undisturbed');
    await expect(runCli(['eval', 'run', ...source(), '--out', undisturbed])).resolves.toMatchObject({
      code: 0,
    });

    const port = await freePort();
    redis = await startRedis(port);
    const out = path.join(folder, 'served');
    const serve = start('serve', ...source(), '--out', out, '--redis', redis.url);
    const first = startWorker(redis.url);
    const untilDone = (count: number) =>
      vi.waitFor(async () => expect(await samplesDone(out)).toBeGreaterThanOrEqual(count), {
        timeout: 60_000,
        interval: 20,
      });
    await untilDone(4);
    first.child.kill('SIGKILL');
    startWorker(redis.url);
    await untilDone(12);
    await redis.kill();
    redis = await startRedis(port);

    const served = await serve.result;
    expect(served).toMatchObject({ code: 0 });
    // Once when it was killed; that the run ends its connection is nothing to tell.
    expect(served.stderr.match(/Redis went away/g)).toHaveLength(1);
    expect(await predictionsOf(out)).toBe(await predictionsOf(undisturbed));
    const lines = (await readFile(path.join(out, 'results.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(samples);
  });

  it('that no server answers to is refused, with the address and without its password', async () => {
    const port = await freePort();
    const args = ['eval', 'work', '--data', data, '--model', toyPackagePath];
    const run = await runCli([...args, '--redis', `redis://:secret@127.0.0.1:${port}`]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(`QUEUE_UNREACHABLE: No Redis server answers at 127.0.0.1:${port}`);
    expect(run.stderr).not.toContain('secret');
  });
});
