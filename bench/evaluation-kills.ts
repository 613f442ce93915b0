/**
 * Kills a benchmark's run without warning, again and again at random moments, and compares what it ends with to an undisturbed
 * run: `node bench/evaluation-kills.ts [ROUNDS]` (20). For nights: the test suite does three rounds.
 */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { toyPackagePath, writeOwnAnnotations } from '../electron/cli/testing/own-annotations.ts';
import { runCli } from '../electron/cli/testing/run-cli.ts';
import { predictionsOf, runAndKill } from '../electron/host/evaluation/testing/disturbed-runs.ts';

const rounds = Number(process.argv[2] ?? 20);
const videos = 6;
const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-kills-'));
try {
  const data = path.join(folder, 'data');
  await writeOwnAnnotations(data, videos);
  const args = (out: string): string[] => [
    ...['eval', 'run', 'own', '--data', data, '--model', toyPackagePath, '--out', out],
  ];
  const undisturbed = path.join(folder, 'undisturbed');
  await runCli(args(undisturbed));
  const out = path.join(folder, 'killed');
  let done = 0;
  for (let round = 1; round <= rounds; round++) {
    const victim = round % 4 === 0 ? 'engine' : 'runner';
    const least = Math.min(videos * 4 - 1, done + randomInt(0, 3));
    done = await runAndKill(args(out), out, least, victim);
    console.log(`round ${round}: ${victim} killed, ${done} of ${videos * 4} samples done`);
    // A killed engine is replaced and the run goes on to its end: begin another.
    if (done === videos * 4 && round < rounds) {
      await compare(out, undisturbed);
      await rm(out, { recursive: true });
      done = 0;
    }
  }
  await runCli(args(out));
  await compare(out, undisturbed);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function compare(killed: string, undisturbed: string): Promise<void> {
  const isEqual = (await predictionsOf(killed)) === (await predictionsOf(undisturbed));
  console.log(isEqual ? 'equal to an undisturbed run' : 'DIFFERENT from an undisturbed run');
  if (!isEqual) process.exitCode = 1;
}
