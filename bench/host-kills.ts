import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { AcknowledgedWork, lossesOf, runUntilKilled } from '../electron/host/testing/kill-rounds.ts';

/**
 * Kills the host again and again (SIGKILL) while the toy model's answer streams and annotations are edited, on one
 * library that goes on growing, and looks each time whether everything that was answered or told is still there:
 *
 *     node bench/host-kills.ts [--rounds 50]
 *
 * Ends with 1 when anything was lost or damaged.
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '50' } } });
const rounds = Number(values.rounds);
const folder = await mkdtemp(path.join(tmpdir(), 'videomind-kills-'));
const work = new AcknowledgedWork();
const losses: string[] = [];
const startMs = performance.now();
try {
  for (let round = 0; round < rounds; round++) {
    const lines = 20 + Math.floor(Math.random() * 400);
    await runUntilKilled(folder, round, lines, work);
    const found = await lossesOf(folder, work);
    losses.push(...found.map((loss) => `round ${round + 1}: ${loss}`));
    const { size } = await stat(path.join(folder, 'data', 'library.db'));
    const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
    console.log(
      `${round + 1}/${rounds}: killed after ${lines} answers; ${work.answers} in all, ${found.length} lost, library ${(size / 1e6).toFixed(1)} MB, ${seconds} s`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
const { runIds, records, events, annotations } = work;
console.log(
  `${rounds} kills: ${runIds.size} runs, ${records.size} records, ${events.size} streams of events, ${annotations.size} annotations answered; ${losses.length} lost.`,
);
for (const loss of losses) console.log(loss);
if (losses.length > 0) process.exitCode = 1;
