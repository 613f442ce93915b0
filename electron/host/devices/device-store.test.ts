import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { zipSync } from 'fflate';
import type { DeviceParts, PinnedWheel } from './device-parts.ts';
import { deviceParts } from './device-parts.ts';
import type { AddProgress } from './device-store.ts';
import { DeviceStore } from './device-store.ts';
import { WheelIndexServer } from './testing/wheel-index-server.ts';
import { unpackWheel } from './unpack-wheel.ts';

const platform = 'linux/x64';
const libraries = /^lib\w+\.so(\.\d+)*$/;
const [runtime, driverLess] = [new Uint8Array(5000).fill(1), new Uint8Array(3000).fill(2)];
const runtimeFiles = {
  'onnx/capi/libonnx.so.1': runtime,
  'onnx/capi/python.cpython-312-x86_64-linux-gnu.so': runtime,
  'onnx/setup.py': new Uint8Array(10),
};

let folder: string;
let server: WheelIndexServer;
let indexUrl: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-devices-'));
  server = new WheelIndexServer();
  indexUrl = await server.start();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.stop();
  await rm(folder, { recursive: true });
});

function storeOf(...wheels: PinnedWheel[]): DeviceStore {
  return storeAt(indexUrl, wheels);
}

/** @param index Absent: as the environment says. */
function storeAt(index: string | undefined, wheels: readonly PinnedWheel[]): DeviceStore {
  const parts: DeviceParts = {
    ...{ device: 'cuda', platform, title: 'A device', version: 'set 1', runtimeLibrary: 'libonnx.so.1' },
    ...{ wheels, unpackedBytes: 8000 },
  };
  return new DeviceStore(folder, {
    catalogue: [parts],
    platform,
    ...(index === undefined ? {} : { indexUrl: index }),
    retryDelaysMs: [],
  });
}

const quietly = { signal: new AbortController().signal, report: () => undefined };
const everythingIn = async () => (await readdir(folder, { recursive: true })).sort();

describe('adding a device', () => {
  it('takes nothing of its wheels but the libraries, and says how far it is', async () => {
    const store = storeOf(
      server.add('onnx', runtimeFiles, libraries),
      server.add('nvidia', { 'nvidia/lib/libdevice.so.13': driverLess }, libraries),
    );
    expect(await store.list()).toMatchObject([{ device: 'cuda', state: 'absent', bytes: 0 }]);
    const told: AddProgress[] = [];
    const added = await store.add('cuda', { ...quietly, report: (progress) => told.push(progress) });
    expect(added).toMatchObject({ state: 'added', bytes: 8000, version: 'set 1' });
    expect(await everythingIn()).toEqual(
      ['cuda', 'cuda/libdevice.so.13', 'cuda/libonnx.so.1', 'cuda/parts.json', 'downloads'].sort(),
    );
    expect(new Uint8Array(await readFile(path.join(folder, 'cuda/libonnx.so.1')))).toEqual(runtime);
    expect(told.at(-1)).toEqual({
      done: added.downloadBytes,
      total: added.downloadBytes,
      detail: 'unpacking nvidia',
    });
    const asked = server.asked.length;
    await store.add('cuda', quietly);
    expect(server.asked).toHaveLength(asked);
  });

  it('finds wheels on an index that has pages of links', async () => {
    server.form = 'links';
    await storeOf(server.add('onnx', runtimeFiles, libraries)).add('cuda', quietly);
    expect(await everythingIn()).toContain('cuda/libonnx.so.1');
  });

  it('asks the index that PIP_INDEX_URL names, with the name and password in it, and no other host with them', async () => {
    const wheel = server.add('onnx', runtimeFiles, libraries);
    server.wanted = `Basic ${Buffer.from('a name:pass').toString('base64')}`;
    vi.stubEnv('PIP_INDEX_URL', `${indexUrl.replace('//', '//a%20name:pass@')}/`);
    await storeAt(undefined, [wheel]).add('cuda', quietly);
    expect(await everythingIn()).toContain('cuda/libonnx.so.1');

    const elsewhere = new WheelIndexServer();
    server.filesAt = new URL('/files/', await elsewhere.start()).href;
    elsewhere.wanted = 'nothing';
    await rm(path.join(folder, 'cuda'), { recursive: true });
    await expect(storeAt(undefined, [wheel]).add('cuda', quietly)).rejects.toThrow('HTTP 401');
    expect(elsewhere.authorizations).toEqual([undefined]);
    await elsewhere.stop();
  });

  it('says that PIP_INDEX_URL names no address', async () => {
    vi.stubEnv('PIP_INDEX_URL', 'mirror of ours');
    const adding = storeAt(undefined, [server.add('onnx', runtimeFiles, libraries)]).add('cuda', quietly);
    await expect(adding).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: expect.stringContaining('PIP_INDEX_URL') as string,
    });
  });

  it('asks the index through the proxy that is named, as it fetches wheels', async () => {
    const wheel = server.add('onnx', runtimeFiles, libraries);
    vi.stubEnv('HTTP_PROXY', new URL(indexUrl).origin);
    vi.stubEnv('NO_PROXY', '');
    await storeAt('http://index.invalid/simple', [wheel]).add('cuda', quietly);
    expect(new Set(server.tunnelled)).toEqual(new Set(['index.invalid:80']));
  });

  it('fetches a wheel anew that was damaged where it lay', async () => {
    const first = server.add('onnx', runtimeFiles, libraries);
    const second = server.add('nvidia', { 'libdevice.so.13': driverLess }, libraries);
    server.breaking.add(second.file);
    await expect(storeOf(first, second).add('cuda', quietly)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
    });
    const place = path.join(folder, 'downloads/cuda', first.file);
    await writeFile(
      place,
      (await readFile(place)).map((byte, index) => (index === 40 ? byte ^ 1 : byte)),
    );
    server.breaking.clear();
    server.asked.length = 0;
    await storeOf(first, second).add('cuda', quietly);
    expect(server.asked).toContainEqual({ file: first.file, range: undefined });
  });

  it('goes on where it was interrupted', async () => {
    const first = server.add('onnx', runtimeFiles, libraries);
    const second = server.add('nvidia', { 'libdevice.so.13': driverLess }, libraries);
    const store = storeOf(first, second);
    server.breaking.add(second.file);
    await expect(store.add('cuda', quietly)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(await store.list()).toMatchObject([{ state: 'begun' }]);
    server.breaking.clear();
    server.asked.length = 0;
    expect(await store.add('cuda', quietly)).toMatchObject({ state: 'added' });
    expect(server.asked).toEqual([{ file: second.file, range: `bytes=${second.bytes >> 1}-` }]);
  });

  it('stops when it is cancelled, and keeps what has arrived', async () => {
    const store = storeOf(
      server.add('onnx', runtimeFiles, libraries),
      server.add('nvidia', { 'libdevice.so.13': driverLess }, libraries),
    );
    const stopping = new AbortController();
    const adding = store.add('cuda', {
      signal: stopping.signal,
      report: ({ detail }) => {
        if (detail === 'nvidia') stopping.abort();
      },
    });
    await expect(adding).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await store.list()).toMatchObject([{ state: 'begun' }]);
  });

  it('refuses a wheel with another checksum, and leaves nothing', async () => {
    const first = server.add('onnx', runtimeFiles, libraries);
    const second = server.add('nvidia', { 'libdevice.so.13': driverLess }, libraries);
    server.replace(second);
    await expect(storeOf(first, second).add('cuda', quietly)).rejects.toMatchObject({
      code: 'CHECKSUM_MISMATCH',
    });
    expect((await everythingIn()).filter((name) => name.includes('.'))).toEqual([]);
  });

  it.each([
    '../libevil.so',
    'onnx/../../libevil.so',
    '/tmp/libevil.so',
    'C:/libevil.so',
    'a\\..\\libevil.so',
  ])('refuses a wheel with a path that leaves the folder, and leaves nothing: %s', async (name) => {
    const wheel = server.add('onnx', { ...runtimeFiles, [name]: driverLess }, libraries);
    await expect(storeOf(wheel).add('cuda', quietly)).rejects.toMatchObject({
      code: 'CHECKSUM_MISMATCH',
      message: expect.stringContaining('path') as string,
    });
    expect((await everythingIn()).filter((name) => name.includes('.'))).toEqual([]);
  });

  it('refuses a link in the place of a library, a library twice, and a wheel without any', async () => {
    const link = { os: 3, attrs: (0o120777 << 16) >>> 0 };
    const unsound = [
      server.add('linked', { 'libonnx.so.1': [new TextEncoder().encode('/etc/passwd'), link] }, libraries),
      server.add('twice', { 'a/libonnx.so.1': runtime, 'b/libonnx.so.1': runtime }, libraries),
      server.add('empty', { 'readme.txt': runtime }, libraries),
      server.addBytes('text', new TextEncoder().encode('not a wheel'), libraries),
    ];
    for (const wheel of unsound) {
      await expect(storeOf(wheel).add('cuda', quietly)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
      expect((await everythingIn()).filter((name) => name.includes('.'))).toEqual([]);
    }
  });

  it('says what an index lacks', async () => {
    const wheel = server.add('onnx', runtimeFiles, libraries);
    const unknown = { ...wheel, project: 'unknown' };
    await expect(storeOf(unknown).add('cuda', quietly)).rejects.toThrow('does not list unknown (HTTP 404)');
    const gone = { ...wheel, file: 'onnx-0.9.whl' };
    await expect(storeOf(gone).add('cuda', quietly)).rejects.toThrow('no longer has onnx-0.9.whl');
  });

  it('names what can be added where something else is asked for', async () => {
    const store = storeOf(server.add('onnx', runtimeFiles, libraries));
    await expect(store.add('coreml', quietly)).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      remedy: 'What can be added here: cuda.',
    });
  });
});

describe('added parts', () => {
  it('count as absent once a library is missing or cut, and are added anew', async () => {
    const store = storeOf(server.add('onnx', runtimeFiles, libraries));
    await store.add('cuda', quietly);
    await writeFile(path.join(folder, 'cuda/libonnx.so.1'), 'cut');
    expect(await store.list()).toMatchObject([{ state: 'absent' }]);
    expect(await store.add('cuda', quietly)).toMatchObject({ state: 'added' });
  });

  it('are removed with everything that was downloaded of them', async () => {
    const store = storeOf(server.add('onnx', runtimeFiles, libraries));
    await store.add('cuda', quietly);
    expect(await store.remove('cuda')).toBe(5000);
    expect(await everythingIn()).toEqual(['downloads']);
    expect(await store.remove('cuda')).toBe(0);
  });
});

describe('any bytes as a wheel', () => {
  it('are unpacked or refused with a typed error, and never written elsewhere', async () => {
    const sound = zipSync(runtimeFiles, { level: 1 });
    const damaged = fc
      .array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
      .map((changes) => {
        const bytes = sound.slice();
        for (const [at, value] of changes) bytes[at] = value;
        return bytes;
      });
    const wheel = path.join(folder, 'any.whl');
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), async (bytes) => {
        const into = await mkdtemp(path.join(folder, 'into-'));
        await writeFile(wheel, bytes);
        await unpackWheel(wheel, libraries, into, quietly.signal).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'CHECKSUM_MISMATCH' });
        });
        await rm(into, { recursive: true });
        expect(await everythingIn()).toEqual(['any.whl']);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the catalogue', () => {
  it('pins each wheel by size and checksum, and takes only shared libraries', () => {
    for (const { wheels } of deviceParts) {
      for (const { sha256, bytes, file, libraries: taken } of wheels) {
        expect(sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(bytes).toBeGreaterThan(1e6);
        expect(file).toMatch(/\.whl$/);
        for (const other of ['setup.py', 'METADATA', 'x.cpython-312-x86_64-linux-gnu.so', 'run.sh'])
          expect(other).not.toMatch(taken);
      }
    }
  });
});
