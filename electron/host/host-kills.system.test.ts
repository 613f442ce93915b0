import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Store } from './store/store.ts';
import { AcknowledgedWork, lossesOf, runUntilKilled } from './testing/kill-rounds.ts';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), 'videomind-kills-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

it('a host that is killed while a run streams and annotations are edited loses nothing that it answered', async () => {
  const work = new AcknowledgedWork();
  for (const [round, lines] of [30, 90, 200].entries()) {
    await runUntilKilled(folder, round, lines, work);
    expect(await lossesOf(folder, work)).toEqual([]);
  }
  expect(work.events.size).toBeGreaterThanOrEqual(3);
  expect(work.annotations.size).toBeGreaterThan(20);
  // What ran at each kill but the last was found interrupted by the next start.
  const store = await Store.open(path.join(folder, 'data', 'library.db'));
  const { runs } = await store.call('listRuns', { projectId: work.projectId, limit: 1000 });
  await store.close();
  expect(runs.filter(({ state }) => state === 'interrupted').length).toBeGreaterThanOrEqual(2);
});
