import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../contract/models.ts';
import { TestHost, hostPatienceMs } from '../testing/test-host.ts';
import { DeviceStore } from './device-store.ts';
import type { PinnedWheel } from './device-parts.ts';
import { WheelIndexServer } from './testing/wheel-index-server.ts';

const platform = 'linux/x64';
const libraries = /^lib\w+\.so(\.\d+)*$/;

let folder: string;
let server: WheelIndexServer;
let host: TestHost;
let wheels: PinnedWheel[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-devices-'));
  server = new WheelIndexServer();
  const indexUrl = await server.start();
  wheels = [server.add('onnx', { 'onnx/capi/libonnx.so.1': new Uint8Array(5000).fill(1) }, libraries)];
  const parts = { device: 'cuda', platform, title: 'Parts', version: '1', unpackedBytes: 5000 } as const;
  const catalogue = [{ ...parts, runtimeLibrary: 'libonnx.so.1', wheels }];
  host = await TestHost.open({
    devices: new DeviceStore(folder, { catalogue, indexUrl, platform, retryDelaysMs: [] }),
  });
}, hostPatienceMs);
afterEach(async () => {
  await host.remove();
  await server.stop();
  await rm(folder, { recursive: true });
}, hostPatienceMs);

const ended = async (id: string, ...states: Job['state'][]): Promise<Job> =>
  (await host.window.heard('jobChanged', ({ job }) => job.id === id && states.includes(job.state))).job;
const stateNow = async () => (await host.window.call('devicesList', {})).parts[0]?.state;
const library = () => path.join(folder, 'cuda', 'libonnx.so.1');

describe('adding the libraries of a device from the window', () => {
  it('downloads, checks and unpacks them as a job, and removes them again', async () => {
    expect(await stateNow()).toBe('absent');
    const { id } = await host.window.call('devicesAdd', { device: 'cuda' });
    expect(await ended(id, 'done', 'failed')).toMatchObject({
      state: 'done',
      kind: 'add-device',
      unit: 'bytes',
    });
    expect(await stateNow()).toBe('added');
    expect(existsSync(library())).toBe(true);
    expect(await host.window.call('devicesRemove', { device: 'cuda' })).toEqual({ freedBytes: 5000 });
    expect(await stateNow()).toBe('absent');
    expect(existsSync(library())).toBe(false);
  });

  it('fails with the reason where a wheel is not what it should be, and leaves nothing', async () => {
    wheels[0] = { ...wheels[0]!, sha256: '0'.repeat(64) };
    const { id } = await host.window.call('devicesAdd', { device: 'cuda' });
    const { error } = await ended(id, 'done', 'failed');
    expect(error?.code).toBe('CHECKSUM_MISMATCH');
    expect(await stateNow()).toBe('absent');
  });

  it('is refused for what is not to be added here', async () => {
    await expect(host.window.call('devicesAdd', { device: 'cann' })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
  });
});
