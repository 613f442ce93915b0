import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AskRequest } from '../../protocol/ask-request.ts';
import type { RunEvent } from '../../protocol/run-events.ts';
import { createAgent } from '../agent.ts';
import type { Agent } from '../agent.ts';
import { KeptFeatures } from '../caches/kept-features/kept-features.ts';
import { createFakeModel } from '../test-support/fake-model.ts';
import { fakeReader, fakeVideo } from '../test-support/fake-video.ts';
import { request } from '../test-support/fake-agent.ts';
import { rolesOf } from '../roles/role-selection.ts';
import { keptOf, keptOnDisk } from './kept-work.ts';
import type { VideosKeptWork } from './kept-work.ts';
import { PaceBook } from './pace.ts';
import type { Pace } from './pace.ts';
import { plannedWork } from './role-work.ts';
import { viewOf } from './role-views.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'foresight-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const video = fakeVideo();
const model = await createFakeModel();
const kept = () =>
  new KeptFeatures({ folder: path.join(folder, 'kept'), budgetBytes: 1e8, reservedBytes: 0 });
const paces = () => new PaceBook(path.join(folder, 'paces.json'));
const started = () =>
  createAgent(model, { reader: fakeReader([video]), keptFeatures: kept(), paces: paces(), openSec: 3 });

/** What the roles would have to do for a question. */
async function workFor(asked: AskRequest, there: VideosKeptWork) {
  const { durationSec: endSec } = video;
  const { roles } = rolesOf(asked, model);
  const run = { model, request: asked, video, roles, bounds: { startSec: 0, endSec } };
  await there.open(video);
  return plannedWork(
    run,
    roles.map((role) => viewOf(run, role, [])),
    there,
  );
}

test('of moments that are given each is judged once', async () => {
  const claims = [1, 2, 3].map((startSec) => ({ startSec, endSec: startSec + 4 }));
  const work = await workFor(request({ claims }), keptOf(started().workspace));
  expect([...work].map(([role, { said }]) => [role, said])).toEqual([['verifier', claims.length]]);
});

async function startOf(agent: Agent, asked: AskRequest) {
  const events: RunEvent[] = [];
  const { record } = await agent.ask(asked, { onEvent: (event) => events.push(event) });
  const start = events.find((event) => event.type === 'started');
  return { record, time: start?.time };
}

test('a second question about a video has words to read and nothing to encode, for planner and grounder', async () => {
  const agent = started();
  const before = await workFor(request(), keptOf(agent.workspace));
  expect(before.get('grounder')!.encoded).toBeGreaterThan(0);
  await agent.ask(request());
  const after = await workFor(request({ question: 'What falls?' }), keptOf(agent.workspace));
  for (const role of ['planner', 'grounder'] as const) {
    expect(after.get(role)).toMatchObject({ decoded: 0, encoded: 0, said: 1 });
    expect(after.get(role)!.read).toBeLessThan(before.get(role)!.read / 2);
  }
  // Where the next moments lie nobody knows.
  expect(after.get('verifier')!.said).toBe(5);
  expect(after.get('verifier')!.read).toBeGreaterThan(0.9 * before.get('verifier')!.read);
});

test('what is on disk is known of a package that is not open', async () => {
  await started().ask(request());
  const next = started();
  const open = await workFor(request(), keptOf(next.workspace));
  const pace = await paces().find(model.checksum, request());
  const closed = await workFor(request(), keptOnDisk(kept(), pace!, model.network));
  expect(closed).toEqual(open);
  expect(closed.get('grounder')).toMatchObject({ decoded: 0, encoded: 0 });
});

test('a search is planned as it is done: each frame pair of the grid once, each window and coarse look read', async () => {
  const asked = request({ search: { mode: 'windows', windowSec: 8 }, roles: ['grounder'] });
  const agent = started();
  const planned = (await workFor(asked, keptOf(agent.workspace))).get('grounder')!;
  const encodedBefore = model.work.pairsEncoded;
  const { record } = await agent.ask(asked);
  const [height, width] = [28, 28];
  expect(record.search?.mode).toBe('windows');
  expect(planned.said).toBeGreaterThan(record.search!.windows.length - 1);
  expect(planned.read).toBe(record.tokens.grounder!.prompt);
  expect(planned.encoded % ((height / 14) * (width / 14))).toBe(0);
  expect(planned.decoded).toBeCloseTo(
    ((model.work.pairsEncoded - encodedBefore) * 2 * video.width * video.height) / 1e6,
  );
});

test('the first question is not foretold, later ones are, role by role; so they are by the next start', async () => {
  const agent = started();
  expect((await startOf(agent, request())).time).toBeUndefined();
  const { record, time } = await startOf(agent, request({ question: 'What falls?' }));
  expect(time?.roles.map(({ role }) => role)).toEqual(record.roles);
  expect(time?.seconds).toBeCloseTo(time!.roles.reduce((sum, { seconds }) => sum + seconds, 0));
  expect(time?.seconds).toBeGreaterThan(0);
  expect((await startOf(started(), request())).time).toBeDefined();
  expect((await paces().find(model.checksum, request()))?.openSec).toBe(3);
});

test('nothing is learnt from a run that was cancelled or does what others do not', async () => {
  const cancel = new AbortController();
  const onEvent = (event: RunEvent) => {
    if (event.type === 'grounding') cancel.abort();
  };
  await expect(started().ask(request(), { signal: cancel.signal, onEvent })).rejects.toMatchObject({
    code: 'CANCELLED',
  });
  await started().ask(request({ forcedTokens: { grounder: 2 } }));
  expect(await paces().find(model.checksum, request())).toBeUndefined();
});

test('auto goes by what was measured: on a machine that is too slow for it, all is looked at at once, which is told', async () => {
  const asked = request({ search: { mode: 'auto', windowSec: 8 } });
  const agent = started();
  expect((await agent.ask(asked)).record.search?.mode).toBe('windows');
  const pace = await paces().find(model.checksum, asked);
  const slow: Pace['roles'] = {};
  const seconds = { decoded: 1e4, encoded: 1e4, read: 1e4, said: 1e4 };
  for (const [key, { planned }] of Object.entries(pace!.roles)) slow[key] = { planned, seconds };
  await paces().keep(model.checksum, asked, { ...pace!, roles: slow });
  const { record } = await agent.ask(asked);
  expect(record.search?.mode).toBe('whole');
  expect(record.warnings.map(({ code }) => code)).toContain('SEARCH_NOT_CLOSE');
  // Who asks for windows gets them.
  const insisted = await agent.ask(request({ search: { mode: 'windows', windowSec: 8 } }));
  expect(insisted.record.search?.mode).toBe('windows');
});
