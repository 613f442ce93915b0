import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canInject, faults, runWithFault } from './testing/fault-rounds.ts';

/*
 * A sample of what `node bench/faults.ts` does for every place: the first calls of each kind, and each place where the engine's
 * channel can break.
 */
const placesTried: Readonly<Record<string, number>> = { message: 60, start: 3, fsync: 14 };
const usualPlaces = 4;

/** Each place is a process of its own, some of them traced. */
const patienceMs = 900_000;

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), 'videomind-faults-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

it.for(faults)(
  'a $name that fails loses nothing that was answered, and the library opens whole',
  { timeout: patienceMs },
  async (fault, { skip }) => {
    skip(fault.calls !== undefined && !canInject(), 'No strace here that may trace.');
    const most = placesTried[fault.name] ?? usualPlaces;
    const losses: string[] = [];
    let places = 0;
    for (let nth = 1; nth <= most; nth++) {
      const outcome = await runWithFault(folder, fault, nth);
      losses.push(...outcome.losses);
      if (!outcome.faulted) break;
      places++;
    }
    expect(losses).toEqual([]);
    expect(places).toBeGreaterThan(0);
  },
);
