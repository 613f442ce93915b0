import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findings, request, setUp } from '../../test-support/fake-agent.ts';
import { fakeVideo } from '../../test-support/fake-video.ts';
import { KeptFeatures, listKeptFeatures } from './kept-features.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'restart-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const started = (video = fakeVideo()) =>
  setUp(undefined, video, new KeptFeatures({ folder, budgetBytes: 1e7, reservedBytes: 0 }));

test('after a restart a question about the same video decodes and encodes nothing, and is answered the same', async () => {
  const first = await started();
  const before = await first.agent.ask(request());
  const second = await started();
  const after = await second.agent.ask(request());
  expect(second.reader.decoded).toEqual([]);
  expect(second.model.work.pairsEncoded).toBe(0);
  expect(findings(after)).toEqual(findings(before));
});

test('a video that changed is looked at anew', async () => {
  await (await started()).agent.ask(request());
  const changed = await started(fakeVideo({ identity: 'changed' }));
  await changed.agent.ask(request());
  expect(changed.reader.decoded.length).toBeGreaterThan(0);
});

test('frames that stood in for others are not kept', async () => {
  const { agent, reader } = await started();
  const { readFrames } = reader;
  Object.assign(reader, {
    readFrames: (...[video, indices, size, options]: Parameters<typeof readFrames>) => {
      options.onWarning?.({ code: 'VIDEO_DECODE_FAILED', message: 'a frame is broken' });
      return readFrames(video, indices, size, options);
    },
  });
  await agent.ask(request());
  expect(await listKeptFeatures(folder)).toEqual([]);
});

test('what was encoded until a cancel is there for the next question', async () => {
  const { agent } = await started();
  const cancel = new AbortController();
  const asking = agent.ask(request(), {
    signal: cancel.signal,
    onEvent: (event) => {
      if (event.type === 'progress' && event.stage === 'frames' && event.done > 2) cancel.abort();
    },
  });
  await expect(asking).rejects.toMatchObject({ code: 'CANCELLED' });
  expect((await listKeptFeatures(folder)).length).toBe(1);
});

test('what was emptied is put on the disk again by preparing, also where it is still in memory', async () => {
  const kept = new KeptFeatures({ folder, budgetBytes: 1e7, reservedBytes: 0 });
  const { agent, model } = await setUp(undefined, fakeVideo(), kept);
  await agent.prepare(request());
  const encoded = model.work.pairsEncoded;
  await kept.empty();
  await agent.prepare(request());
  expect(model.work.pairsEncoded).toBe(encoded);
  const next = await started();
  expect(await next.agent.prepare(request())).toMatchObject({ encodedPairs: 0 });
  expect(next.reader.decoded).toEqual([]);
});
