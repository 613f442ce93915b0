import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { journalCounts } from '../result-journal.ts';
import { descendants, startCli } from '../../../cli/testing/run-cli.ts';

/** The finished predictions of a run, to the byte. */
export function predictionsOf(folder: string): Promise<string> {
  return readFile(path.join(folder, 'predictions', 'output.json'), 'utf8');
}

/** Samples that a run has finished so far. */
export async function samplesDone(folder: string): Promise<number> {
  return (await journalCounts(path.join(folder, 'results.jsonl'))).done;
}

/**
 * Starts a run, kills it without warning within its first moments after `least` samples are done, and returns how many are.
 * A run that ends before is no failure.
 */
export async function runAndKill(
  args: readonly string[],
  folder: string,
  least: number,
  victim: 'runner' | 'engine' = 'runner',
): Promise<number> {
  const { child, result } = startCli(args);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  while (!hasEnded() && (await samplesDone(folder)) < least) await pause(5);
  await pause(randomInt(0, 150));
  const { pid } = child;
  if (pid === undefined) throw new Error('The run was not started.');
  const victims = victim === 'runner' ? [pid] : descendants(pid).slice(0, 1);
  for (const processId of hasEnded() ? [] : victims) process.kill(processId, 'SIGKILL');
  await result;
  return samplesDone(folder);
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
