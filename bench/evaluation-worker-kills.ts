/**
 * Kills the workers of a benchmark's run through Redis without warning, again and again at random moments, and stops and starts
 * Redis between, then compares what the run ends with to an undisturbed one:
 * `node bench/evaluation-worker-kills.ts [ROUNDS]` (20). For nights; needs redis-server.
 */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { toyPackagePath, writeOwnAnnotations } from '../electron/cli/testing/own-annotations.ts';
import { runCli, startCli } from '../electron/cli/testing/run-cli.ts';
import { predictionsOf, samplesDone } from '../electron/host/evaluation/testing/disturbed-runs.ts';
import { freePort, startRedis } from '../electron/host/evaluation/testing/redis-server.ts';

const rounds = Number(process.argv[2] ?? 20);
/** Redis goes away in every so many rounds. */
const roundsPerOutage = 5;
const videos = Math.max(6, Math.ceil(rounds / 2));
const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-worker-kills-'));
const port = await freePort();
let redis = await startRedis(port);
try {
  const data = path.join(folder, 'data');
  await writeOwnAnnotations(data, videos);
  const source = ['own', '--data', data, '--model', toyPackagePath, '--roles', 'grounder'];
  const undisturbed = path.join(folder, 'undisturbed');
  await runCli(['eval', 'run', ...source, '--out', undisturbed]);
  const out = path.join(folder, 'served');
  const serve = startCli(['eval', 'serve', ...source, '--out', out, '--redis', redis.url]);
  const startWorker = () =>
    startCli([
      ...['eval', 'work', '--data', data, '--model', toyPackagePath, '--redis', redis.url],
      ...['--lost-after', '2'],
    ]);
  for (let round = 1; round <= rounds; round++) {
    const before = await samplesDone(out).catch(() => 0);
    const worker = startWorker();
    const hasEnded = (): boolean => serve.child.exitCode !== null;
    const goal = Math.min(videos * 4 - 4, before + randomInt(0, 3));
    while (!hasEnded() && (await samplesDone(out).catch(() => 0)) < goal) await wait(5);
    await wait(randomInt(0, 1500));
    worker.child.kill('SIGKILL');
    await worker.result;
    if (round % roundsPerOutage === 0) {
      await redis.kill();
      redis = await startRedis(port);
    }
    console.log(
      `round ${round}: worker killed, ${await samplesDone(out).catch(() => 0)} of ${videos * 4} samples done`,
    );
  }
  const last = startWorker();
  await serve.result;
  last.child.kill('SIGTERM');
  await last.result;
  const isEqual = (await predictionsOf(out)) === (await predictionsOf(undisturbed));
  console.log(isEqual ? 'equal to an undisturbed run' : 'DIFFERENT from an undisturbed run');
  if (!isEqual) process.exitCode = 1;
} finally {
  await redis.kill();
  await rm(folder, { recursive: true, force: true });
}
