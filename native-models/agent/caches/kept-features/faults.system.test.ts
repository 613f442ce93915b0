import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KeepingRound } from '../../test-support/faulty-keeping.ts';
import { budgetBytes, isRight, keptPairs } from '../../test-support/kept-pairs.ts';
import { KeptFeatures } from './kept-features.ts';

const entryPath = fileURLToPath(new URL('../../test-support/faulty-keeping.ts', import.meta.url));

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kept-faults-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Each place of a kill is a process of its own. */
const patienceMs = 300_000;

const run = ([command = '', ...given]: readonly string[]) => spawnSync(command, given, { encoding: 'utf8' });
const keeping = (...fault: readonly string[]) => [process.execPath, entryPath, folder, ...fault];
const roundsOf = (stdout: string) => JSON.parse(stdout) as readonly KeepingRound[];

/** What the disk really holds. */
async function bytesOnDisk(): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const facts = files
    .filter((file) => file.isFile())
    .map((file) => stat(path.join(file.parentPath, file.name)));
  return (await Promise.all(facts)).reduce((sum, { size }) => sum + size, 0);
}

/** What the next start of the program finds of what was kept; that it can go on keeping is looked at, too. */
async function findAfterwards(under: string): Promise<{ readonly found: number; readonly wrong: number }> {
  const next = new KeptFeatures({ folder: under, budgetBytes, reservedBytes: 0 });
  let [found, wrong] = [0, 0];
  for (const { group, pairs } of keptPairs) {
    const keys = pairs.map(({ key }) => key);
    await next.open(group);
    for (const [key, values] of await next.read(group, keys)) {
      found++;
      if (!isRight(group, key, values)) wrong++;
    }
    if (group !== keptPairs.at(-1)?.group) continue;
    await next.write(group, pairs);
    expect([...(await next.read(group, keys)).keys()]).toEqual(keys);
  }
  return { found, wrong };
}

test(
  'a kill at any thing that is done to the disk leaves nothing wrong and nothing over the budget',
  async () => {
    let places = 0;
    let mostFound = 0;
    for (let nth = 1; ; nth++) {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder);
      const { signal, status, stderr } = run(keeping('kill', String(nth)));
      if (signal === null) {
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
        break;
      }
      places++;
      expect(await bytesOnDisk()).toBeLessThanOrEqual(budgetBytes);
      const { found, wrong } = await findAfterwards(folder);
      expect({ nth, wrong }).toEqual({ nth, wrong: 0 });
      mostFound = Math.max(mostFound, found);
      expect(await bytesOnDisk()).toBeLessThanOrEqual(budgetBytes);
    }
    // Of each video: its folder, a draft, three pieces, a name, a use.
    expect(places).toBeGreaterThan(keptPairs.length * 6);
    expect(mostFound).toBe(4);
  },
  patienceMs,
);

test('a disk that is full from any thing on that is done to it fails nothing, serves nothing wrong, and is over when there is room', async () => {
  const { status, stderr, stdout } = run(keeping('full'));
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const rounds = roundsOf(stdout);
  expect(rounds.length).toBeGreaterThan(keptPairs.length * 6);
  for (const [index, { served }] of rounds.entries()) {
    expect(served).not.toContain('wrong');
    expect((await findAfterwards(path.join(folder, String(index + 1)))).wrong).toBe(0);
  }
});

test('on a disk that really runs full nothing wrong is served, and what was kept before stays', ({
  skip,
}) => {
  const onSmallDisk = (command: readonly string[]) => {
    const script = 'mount -t tmpfs -o size=12k tmpfs "$0" || exit 77; exec "$@"';
    return run(['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', script, folder, ...command]);
  };
  skip(onSmallDisk(['true']).status !== 0, 'No user namespaces here to make a small disk in.');
  const { status, stderr, stdout } = onSmallDisk(keeping());
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(roundsOf(stdout)).toEqual([{ faulted: true, served: ['right', 'right'] }]);
});
