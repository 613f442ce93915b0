/**
 * Measures after how long the samples of a killed worker are another's: `node bench/evaluation-takeover.ts [TRIES] [LOST_AFTER]`
 * (3, 30 s). A worker that holds a run's only video is killed without warning while another waits; the time passes until that one
 * holds it. Fails where any try takes longer than `--lost-after` promises. Needs redis-server.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { toyPackagePath, writeOwnAnnotations } from '../electron/cli/testing/own-annotations.ts';
import { startCli } from '../electron/cli/testing/run-cli.ts';
import { freePort, startRedis } from '../electron/host/evaluation/testing/redis-server.ts';

const [tries = '3', lostAfter = '30'] = process.argv.slice(2);
/** Enough that the first worker is still at them when the second one is ready. */
const timesAsked = 1000;
const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-takeover-'));
process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
try {
  const data = path.join(folder, 'data');
  await writeOwnAnnotations(data, 1);
  const file = path.join(data, 'annotations.jsonl');
  const lines = (await readFile(file, 'utf8')).replace(/^\{"id":"[^"]*",/gm, '{');
  await writeFile(file, lines.repeat(timesAsked));
  const seconds: number[] = [];
  while (seconds.length < Number(tries)) {
    const taken = await takeover(data, path.join(folder, `out-${seconds.length}`));
    seconds.push(taken);
    console.log(`try ${seconds.length}: ${taken.toFixed(1)} s (--lost-after ${lostAfter})`);
  }
  if (Math.max(...seconds) > Number(lostAfter)) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Seconds from the kill until another worker holds the samples. */
async function takeover(data: string, out: string): Promise<number> {
  const redis = await startRedis(await freePort());
  const client = new Redis(redis.url);
  const started: ReturnType<typeof startCli>[] = [];
  const start = (...args: readonly string[]): ReturnType<typeof startCli> => {
    const run = startCli(['eval', ...args, '--redis', redis.url]);
    started.push(run);
    return run;
  };
  const startWorker = (): ReturnType<typeof startCli> =>
    start('work', '--data', data, '--model', toyPackagePath, '--lost-after', lostAfter);
  try {
    const first = startWorker();
    start('serve', 'own', '--data', data, '--model', toyPackagePath, '--roles', 'grounder', '--out', out);
    const held = await lockOtherThan(client, undefined);
    await untilReady(startWorker());
    if ((await locks(client))[0] !== held) throw new Error('The first worker was done too early.');
    const killedAtMs = performance.now();
    first.child.kill('SIGKILL');
    await lockOtherThan(client, held);
    return (performance.now() - killedAtMs) / 1000;
  } finally {
    for (const { child } of started) child.kill('SIGKILL');
    await Promise.all(started.map(({ result }) => result));
    client.disconnect();
    await redis.kill();
  }
}

async function untilReady({ child }: ReturnType<typeof startCli>): Promise<void> {
  if (child.stderr === null) throw new Error('The worker prints nothing.');
  for await (const line of createInterface(child.stderr)) if (line.includes('Waiting for samples')) return;
  throw new Error('The worker ended before it was ready.');
}

/** Who holds a job: each lock's value is its holder's own. */
async function locks(client: Redis): Promise<string[]> {
  const values = await Promise.all((await client.keys('*:lock')).map((key) => client.get(key)));
  return values.filter((value) => value !== null);
}

async function lockOtherThan(client: Redis, known: string | undefined): Promise<string> {
  for (;;) {
    const value = (await locks(client)).find((one) => one !== known);
    if (value !== undefined) return value;
    await wait(20);
  }
}
