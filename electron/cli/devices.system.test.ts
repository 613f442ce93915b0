import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WheelIndexServer } from '../host/devices/testing/wheel-index-server.ts';
import { runCli } from './testing/run-cli.ts';

let folder: string;
let environment: NodeJS.ProcessEnv;
const server = new WheelIndexServer();
beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/videomind-devices-`);
  const PIP_INDEX_URL = await server.start();
  environment = { PIP_INDEX_URL, VIDEOMIND_DATA_DIR: folder, VIDEOMIND_CACHE_DIR: `${folder}/cache` };
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});
/** Libraries are pinned for this platform alone. */
const cannotAdd = process.platform !== 'linux' || process.arch !== 'x64';
const devices = (...args: string[]) => runCli(['devices', ...args], { environment });

it('lists every device with what was measured, and what auto takes and why', async () => {
  const { code, stdout } = await devices('--json');
  const listed = JSON.parse(stdout) as { devices: { device: string; measured: string }[]; auto: object };
  expect(code).toBe(0);
  expect(listed.devices.map(({ device }) => device)).toEqual(
    expect.arrayContaining(['cpu', 'cuda', 'cann', 'webgpu', 'directml', 'coreml']),
  );
  expect(listed.devices.every(({ measured }) => measured !== '')).toBe(true);
  expect(listed.auto).toMatchObject({
    device: expect.any(String) as string,
    reason: expect.any(String) as string,
  });
});

it('ends with 1 for what cannot be added, and with 2 for wrong usage', async () => {
  const refused = await devices('add', 'coreml', '--json');
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'ARGUMENT_INVALID' } });
  expect((await devices('add')).code).toBe(2);
  expect((await devices('install', 'cuda')).code).toBe(2);
});

it.skipIf(cannotAdd)('has nothing to remove where nothing was added', async () => {
  const { code, stdout } = await devices('remove', 'cuda', '--json');
  expect([code, JSON.parse(stdout)]).toEqual([0, { device: 'cuda', freedBytes: 0 }]);
});

it.skipIf(cannotAdd)('says what an index lacks', async () => {
  const { code, stderr } = await devices('add', 'cann');
  expect(code).toBe(1);
  expect(stderr).toContain('DOWNLOAD_FAILED: The package index does not list onnxruntime-cann');
});
