import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { toEngineError } from '../../../native-models/protocol/errors.ts';
import {
  addTinyModel,
  bringTinyModel,
  drawFaults,
  largeContent,
  seededDraw,
} from '../testing/download-rounds.ts';
import { HubServer } from '../testing/hub-server.ts';

let hub: HubServer;
let hubUrl: string;
let folder: string;
beforeEach(async () => {
  hub = new HubServer();
  addTinyModel(hub);
  hubUrl = await hub.start();
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-faults-'));
});
afterEach(async () => {
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
});

const script = fileURLToPath(new URL('../testing/download-until-killed.ts', import.meta.url));

/** Downloads in a process of its own, and kills it when the server has sent this many bytes of the large file. */
async function downloadUntilKilled(into: string, atByte: number): Promise<void> {
  hub.treatments.clear();
  hub.treatments.set('model.safetensors', [{ kind: 'hang', atByte }]);
  const child = spawn(process.execPath, [script, into, hubUrl], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    // The small file comes first; the rest is of the large one, which hangs there.
    if (Number(line) >= atByte) break;
  }
  child.kill('SIGKILL');
  expect(await exit).toEqual([null, 'SIGKILL']);
}

/** Begins, and goes on after each failure as a person would. @returns how often something was told */
async function downloadWithPatience(into: string, round: number): Promise<number> {
  const source = round % 2 === 0 ? 'hub' : 'modelscope';
  for (let told = 0; ; told++) {
    // Each fault is there for a while only; a person does not try for ever either.
    expect(told, `round ${round}`).toBeLessThan(20);
    try {
      expect(await bringTinyModel(into, hubUrl, { source }), `round ${round}`).toEqual([]);
      return told;
    } catch (thrown) {
      const { code, remedy } = toEngineError(thrown);
      expect(['DOWNLOAD_FAILED', 'CHECKSUM_MISMATCH'], `round ${round}: ${String(thrown)}`).toContain(code);
      expect(remedy).toMatch(/resume|choose|accept|begin it again|download them yourself/iu);
    }
  }
}

it('a hundred downloads with faults at random bytes each end right, or say what to do and end right when they are resumed', async () => {
  const draw = seededDraw(2027);
  let told = 0;
  for (let round = 0; round < 100; round++) {
    const into = path.join(folder, String(round));
    if (round % 10 === 9) await downloadUntilKilled(into, draw(largeContent.length));
    drawFaults(hub, draw);
    told += await downloadWithPatience(into, round);
    await rm(into, { recursive: true });
  }
  expect(told).toBeGreaterThan(20);
  expect(hub.askedElsewhere.filter(({ authorization, cookie }) => authorization ?? cookie)).toEqual([]);
}, 180_000);
