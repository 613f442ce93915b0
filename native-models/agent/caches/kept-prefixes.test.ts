import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAgent } from '../agent.ts';
import { findings, request, setUp } from '../test-support/fake-agent.ts';
import { fakeVideo } from '../test-support/fake-video.ts';
import { KeptFeatures, listKeptFeatures } from './kept-features/kept-features.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kept-prefixes-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const started = (budgetBytes = 1e8, changes: Parameters<typeof fakeVideo>[0] = {}) =>
  setUp(undefined, fakeVideo(changes), new KeptFeatures({ folder, budgetBytes, reservedBytes: 0 }));
const reused = ({
  record,
}: {
  readonly record: { readonly tokens: Partial<Record<string, { reused: number }>> };
}) => ['planner', 'grounder'].map((role) => record.tokens[role]?.reused ?? 0);
const another = request({ question: 'When does it fall?' });

test('after a restart planner and grounder read only the text of another question, and answer the same', async () => {
  const first = await started();
  await first.agent.ask(request());
  const warm = await first.agent.ask(another);
  const next = await started();
  const after = await next.agent.ask(another);
  expect(findings(after)).toEqual(findings(warm));
  for (const [at, tokens] of reused(after).entries()) {
    expect(tokens).toBeGreaterThan(20);
    expect(tokens).toBeLessThanOrEqual(reused(warm)[at]!);
  }
});

test('prepare reads the video for planner and grounder, so that the first question reads only its text', async () => {
  await (await started()).agent.prepare(request());
  const { agent, model, reader } = await started();
  const asked = await agent.ask(request({ roles: ['planner', 'grounder'] }));
  expect(reader.decoded).toEqual([]);
  expect(model.work.pairsEncoded).toBe(0);
  expect(reused(asked).every((tokens) => tokens > 20)).toBe(true);
  await rm(folder, { recursive: true, force: true });
  const alone = await (await started()).agent.ask(request({ roles: ['planner', 'grounder'] }));
  expect(findings(asked)).toEqual(findings(alone));
});

test('another video, other frames and another speed find nothing of it', async () => {
  await (await started()).agent.ask(request());
  const other = await started(1e8, { identity: 'changed' });
  expect(reused(await other.agent.ask(request()))).toEqual([0, 0]);
  const part = await started();
  expect(reused(await part.agent.ask(request({ endSec: 12 })))).toEqual([0, 0]);
  const fast = await started();
  expect(reused(await fast.agent.ask(request({ speed: 'fast' })))).toEqual([0, 0]);
});

test.each([{ checksum: 'another' }, { precision: 'int8' }, { runtime: 'c-api' }] as const)(
  'of another package, precision or binding nothing is found: %o',
  async (changes) => {
    const asked = await started();
    await asked.agent.ask(request());
    const keptFeatures = new KeptFeatures({ folder, budgetBytes: 1e8, reservedBytes: 0 });
    const agentOf = (own: typeof changes | object) =>
      createAgent({ ...asked.model, ...own }, { reader: asked.reader, keptFeatures });
    expect(reused(await agentOf(changes).ask(another))).toEqual([0, 0]);
    for (const tokens of reused(await agentOf({}).ask(another))) expect(tokens).toBeGreaterThan(20);
  },
);

test('what is damaged is read anew, and answered the same', async () => {
  const before = await (await started()).agent.ask(request());
  for (const { path: file, bytes } of await listKeptFeatures(folder))
    await truncate(file, Math.floor(bytes * 0.7));
  const after = await (await started()).agent.ask(request());
  expect(findings(after)).toEqual(findings(before));
  expect(reused(after)).toEqual([0, 0]);
});

test('what would take more than a quarter of the disk’s budget is not kept', async () => {
  await (await started(8_000)).agent.ask(request());
  const bytes = (await listKeptFeatures(folder)).reduce((sum, file) => sum + file.bytes, 0);
  expect(bytes).toBeLessThanOrEqual(8_000);
  expect(reused(await (await started(8_000)).agent.ask(another))[1]).toBe(0);
});
