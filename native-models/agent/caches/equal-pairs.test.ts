import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findings, request, setUp } from '../test-support/fake-agent.ts';
import { fakeVideo } from '../test-support/fake-video.ts';
import type { FakePicture } from '../test-support/fake-video.ts';
import { KeptFeatures } from './kept-features/kept-features.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'equal-pairs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Four slides of six seconds. */
const slideOf = (frameIndex: number) => 50 * Math.floor(frameIndex / 150);
const slides: FakePicture = (frameIndex, bytes) => new Uint8Array(bytes).fill(slideOf(frameIndex));
/** The same with something small on them that moves: within the bound of a cell, and little in all. */
const slidesWithPointer: FakePicture = (frameIndex, bytes) => {
  const picture = slides(frameIndex, bytes);
  picture.set(new Uint8Array(6).fill(255), 3 * (frameIndex % 20));
  return picture;
};

const started = (picture: FakePicture) =>
  setUp(
    undefined,
    fakeVideo({ width: 840, height: 280 }),
    new KeptFeatures({ folder, budgetBytes: 1e8, reservedBytes: 0 }),
    picture,
  );
const asked = request({ roles: ['grounder'] });

describe('pairs that show the same', () => {
  test('are encoded once, and have the features that each would have had', async () => {
    const { agent, model } = await started(slides);
    const { trace } = await agent.ask(asked);
    // Each slide by itself, and the pairs that show two slides.
    expect(model.work.pairsEncoded).toBeLessThanOrEqual(7);
    const { misses, equal, alike } = trace!.caches!.visionFeatures;
    expect(misses - equal!).toBe(model.work.pairsEncoded);
    expect(alike).toBe(0);
  });

  test('are recognized after a restart in other frames', async () => {
    await (await started(slides)).agent.ask(asked);
    const { agent, model, reader } = await started(slides);
    await agent.ask(request({ roles: ['grounder'], startSec: 0.5, endSec: 5.5 }));
    expect(reader.decoded.length).toBeGreaterThan(0);
    expect(model.work.pairsEncoded).toBe(0);
  });
});

describe('pairs that are nearly equal', () => {
  test('are each encoded where numbers are to be exact', async () => {
    const { agent, model } = await started(slidesWithPointer);
    const { trace } = await agent.ask(asked);
    expect(trace!.caches!.visionFeatures.alike).toBe(0);
    expect(model.work.pairsEncoded).toBe(trace!.caches!.visionFeatures.misses);
  });

  test('stand for each other at fast, and never in a later exact question', async () => {
    const { agent, model } = await started(slidesWithPointer);
    const { trace } = await agent.ask({ ...asked, speed: 'fast' });
    expect(model.work.pairsEncoded).toBeLessThanOrEqual(7);
    expect(trace!.caches!.visionFeatures.alike).toBeGreaterThanOrEqual(4);
    const after = await agent.ask(asked);
    await rm(folder, { recursive: true, force: true });
    const alone = await (await started(slidesWithPointer)).agent.ask(asked);
    expect(findings(after)).toEqual(findings(alone));
  });

  test('are found again at fast after a restart', async () => {
    const before = await (await started(slidesWithPointer)).agent.ask({ ...asked, speed: 'fast' });
    const { agent, model, reader } = await started(slidesWithPointer);
    const after = await agent.ask({ ...asked, speed: 'fast' });
    expect(reader.decoded).toEqual([]);
    expect(model.work.pairsEncoded).toBe(0);
    expect(findings(after)).toEqual(findings(before));
  });
});
