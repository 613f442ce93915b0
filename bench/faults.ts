import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { canInject, faults, runWithFault } from '../electron/host/testing/fault-rounds.ts';

/*
 * Fails the n-th write, fsync, rename, read, allocation, open, message and start of the engine of a piece of work of the host, for
 * all n, and looks each time whether everything that was answered is there (Linux with strace):
 *
 *     node bench/faults.ts [KIND…]
 *
 * Ends with 1 when anything was lost or the library did not open.
 */
const wanted = process.argv.slice(2);
const kinds = faults.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (kinds.some(({ calls }) => calls !== undefined) && !canInject()) {
  throw new Error('strace is needed, and leave to trace.');
}
const folder = await mkdtemp(path.join(tmpdir(), 'videomind-faults-'));
try {
  for (const fault of kinds) {
    const codes = new Map<string, number>();
    const losses: string[] = [];
    let count = 0;
    for (let nth = 1; ; nth++) {
      const outcome = await runWithFault(folder, fault, nth);
      for (const code of new Set(outcome.refusals)) codes.set(code, (codes.get(code) ?? 0) + 1);
      losses.push(...outcome.losses.map((loss) => `${fault.name} ${nth}: ${loss}`));
      if (outcome.losses.length > 0) console.error(`${fault.name} ${nth}: ${outcome.losses.join('; ')}`);
      if (!outcome.faulted) break;
      count++;
    }
    console.log(
      JSON.stringify({
        fault: fault.name,
        places: count,
        refusals: Object.fromEntries(codes),
        losses: losses.length,
      }),
    );
    for (const loss of losses) console.log(loss);
    if (losses.length > 0) process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
