import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { deviceSchema } from '../protocol/roles.ts';
import { addedLibraries } from './devices/added-parts.ts';
import type { AddedLibraries } from './devices/added-parts.ts';
import type { DeviceFacts } from './devices/device-facts.ts';
import type { ProbedMachine } from './probe.ts';
import { devicesFor, providers } from './provider-table.ts';
import { chooseAutomatically, chooseDevice, onnxruntimeVersion, probeProviders } from './providers.ts';

const libraries: AddedLibraries = {
  ...{ runtimePath: '/d/libonnxruntime.so', folder: '/d', names: [], version: 'ort 9, CUDA 99' },
};
const bigGpu: DeviceFacts = { name: 'A GPU', memoryBytes: 24e9, freeBytes: 20e9, isSoftware: false };
const software: DeviceFacts = { name: 'llvmpipe', memoryBytes: 24e9, isSoftware: true };

/** A Linux machine where everything works that is there: a processor, and what `facts` and `added` say. */
function machine(
  { facts = {}, added = [] }: { facts?: Record<string, DeviceFacts>; added?: string[] } = {},
  changes: Partial<ProbedMachine> = {},
): ProbedMachine {
  return {
    platform: 'linux/x64',
    backends: ['cpu', 'webgpu'],
    missingLibraries: (names) =>
      Promise.resolve(names.filter((name) => facts['cuda'] === undefined || !name.includes('cuda'))),
    added: (device) => (added.includes(device) ? libraries : undefined),
    facts: (device) => facts[device],
    tryProvider: () => Promise.resolve(undefined),
    ...changes,
  };
}

const withCuda = machine({ facts: { cuda: bigGpu, webgpu: bigGpu }, added: ['cuda'] });

describe('choosing by itself', () => {
  const auto = (on: ProbedMachine, neededBytes = 4e9) =>
    chooseDevice('auto', 'fp32', { machine: on, neededBytes });

  it('takes CUDA before WebGPU, and says so', async () => {
    expect(await auto(withCuda)).toMatchObject({
      device: 'cuda',
      deviceName: 'A GPU',
      runtime: 'c-api',
      reason: 'cuda works and has room.',
      warnings: [],
    });
  });

  it('names what computes: the libraries that were added, or those of the program', async () => {
    expect(await auto(withCuda)).toMatchObject({ device: 'cuda', libraries: 'ort 9, CUDA 99' });
    const other = await chooseDevice('webgpu', 'fp32', { machine: withCuda });
    expect(other).toMatchObject({ device: 'webgpu', libraries: onnxruntimeVersion });
  });

  it('takes WebGPU on a real GPU where nothing was added', async () => {
    const chosen = await auto(machine({ facts: { cuda: bigGpu, webgpu: bigGpu } }));
    expect(chosen).toMatchObject({ device: 'webgpu', runtime: 'onnxruntime-node', warnings: [] });
    expect(chosen.reason).toContain('videomind devices add cuda');
  });

  it('takes the CPU where there is no GPU, without a warning', async () => {
    const chosen = await auto(machine());
    expect(chosen).toMatchObject({ device: 'cpu', runtime: 'onnxruntime-node', warnings: [] });
    expect(chosen.reason).toContain('webgpu: no GPU was found.');
  });

  it('never takes a software adapter, nor starts it', async () => {
    const tryProvider = () => Promise.reject(new Error('it was started'));
    const chosen = await auto(machine({ facts: { webgpu: software } }, { tryProvider }));
    expect(chosen).toMatchObject({ device: 'cpu', warnings: [] });
    expect(chosen.reason).toContain('llvmpipe is the processor in a GPU’s clothes.');
  });

  it('never takes a GPU without room, and warns', async () => {
    const chosen = await auto(withCuda, 30e9);
    expect(chosen).toMatchObject({ device: 'cpu' });
    expect(chosen.warnings).toEqual([
      {
        code: 'DEVICE_FALLBACK',
        message: 'cuda is there and not used. A GPU has 20.0 GB free; this package needs 30.0 GB.',
      },
      {
        code: 'DEVICE_FALLBACK',
        message: 'webgpu is there and not used. A GPU has 20.0 GB free; this package needs 30.0 GB.',
      },
    ]);
  });

  it('falls back from a broken driver to the next best, and warns with the reason', async () => {
    const tryProvider: ProbedMachine['tryProvider'] = ({ device }) =>
      Promise.resolve(device === 'cuda' ? 'CUDA driver version is insufficient.' : undefined);
    const chosen = await auto({ ...withCuda, tryProvider });
    expect(chosen.device).toBe('webgpu');
    expect(chosen.warnings.map(({ message }) => message)).toEqual([
      'cuda is there and not used. CUDA driver version is insufficient.',
    ]);
  });

  it('names the one missing thing where the libraries were added and the driver is not there', async () => {
    const chosen = await auto(machine({ added: ['cuda'] }));
    expect(chosen.device).toBe('cpu');
    expect(chosen.warnings[0]?.message).toBe(
      'cuda is there and not used. Missing: the NVIDIA driver (libcuda.so.1).',
    );
  });

  it('passes over a device that is not to be trusted, to the next best, and warns with the reason', async () => {
    const avoided = { cuda: 'It computes wrongly.' };
    const chosen = await chooseDevice('auto', 'fp16', { machine: withCuda, avoided });
    expect(chosen.device).toBe('webgpu');
    expect(chosen.warnings.map(({ message }) => message)).toEqual([
      'cuda is there and not used. It computes wrongly.',
    ]);
    const asked = await chooseDevice('cuda', 'fp16', { machine: withCuda, avoided });
    expect(asked).toMatchObject({ device: 'cpu' });
    expect(asked.warnings[0]?.message).toBe('Running on the CPU instead of cuda. It computes wrongly.');
  });

  it('leaves int8 packages to the CPU, whatever GPU there is', async () => {
    expect(await chooseDevice('auto', 'int8', { machine: withCuda })).toMatchObject({
      device: 'cpu',
      warnings: [],
    });
  });

  it('is what the doctor says of a package that fits', async () => {
    expect(await chooseAutomatically(withCuda)).toMatchObject({ device: 'cuda' });
    expect(await chooseAutomatically(machine())).toMatchObject({ device: 'cpu' });
  });
});

describe('choosing what was asked for', () => {
  it('takes it when it works', async () => {
    const chosen = await chooseDevice('cuda', 'fp32', { machine: withCuda });
    expect(chosen).toMatchObject({ device: 'cuda', runtime: 'c-api', warnings: [] });
  });

  it('takes a software adapter too', async () => {
    const on = machine({ facts: { webgpu: software } });
    const chosen = await chooseDevice('webgpu', 'fp32', { machine: on });
    expect(chosen).toMatchObject({ device: 'webgpu', deviceName: 'llvmpipe' });
    expect(chosen.sessionOptions.executionProviders).toEqual(['webgpu', 'cpu']);
  });

  it('falls back to the CPU and names everything that is missing', async () => {
    const chosen = await chooseDevice('cuda', 'fp32', { machine: machine() });
    expect(chosen.device).toBe('cpu');
    expect(chosen.warnings).toHaveLength(1);
    expect(chosen.warnings[0]?.code).toBe('DEVICE_FALLBACK');
    expect(chosen.warnings[0]?.message).toMatch(
      /cuda.*the NVIDIA driver \(libcuda\.so\.1\), and .*videomind devices add cuda/,
    );
  });

  it('gives the provider’s own reason when nothing is missing', async () => {
    const tryProvider = () => Promise.resolve('No supported adapters.');
    const chosen = await chooseDevice('webgpu', 'fp32', { machine: machine({}, { tryProvider }) });
    expect(chosen.warnings[0]?.message).toContain('No supported adapters.');
  });

  it('runs an int8 package on the CPU whatever GPU there is, and says what to import instead', async () => {
    const chosen = await chooseDevice('cuda', 'int8', { machine: withCuda });
    expect(chosen.device).toBe('cpu');
    expect(chosen.warnings[0]?.message).toContain('--precision fp32, fp16, int8-blocks or int4');
  });

  it('runs an int4 package on the CPU where the device compiles operators of the standard alone', async () => {
    const added = machine(
      { facts: { cuda: bigGpu }, added: ['cann'] },
      { missingLibraries: () => Promise.resolve([]) },
    );
    expect((await chooseDevice('cann', 'fp16', { machine: added })).device).toBe('cann');
    const chosen = await chooseDevice('cann', 'int4', { machine: added });
    expect(chosen.device).toBe('cpu');
    expect(chosen.warnings[0]?.message).toContain('--precision fp32 or fp16');
    const byItself = await chooseDevice('auto', 'int4', { machine: added });
    expect(byItself.reason).toContain('cann: An int4 package');
  });

  it('says which devices a package is for', () => {
    expect(devicesFor('fp16')).toEqual(['cpu', 'cuda', 'cann', 'webgpu', 'directml', 'coreml']);
    for (const precision of ['int4', 'int8-blocks'] as const)
      expect(devicesFor(precision)).toEqual(['cpu', 'cuda', 'webgpu']);
    expect(devicesFor('int8')).toEqual(['cpu']);
  });

  it('explains a device of another platform', async () => {
    const chosen = await chooseDevice('coreml', 'fp32', { machine: machine() });
    expect(chosen.warnings[0]?.message).toContain('darwin/arm64, not on linux/x64');
  });

  it('computes on the CPU through the binding that was asked for', async () => {
    const wish = { machine: machine(), runtime: 'c-api' } as const;
    expect(await chooseDevice('cpu', 'int8', wish)).toMatchObject({ device: 'cpu', runtime: 'c-api' });
    expect(await chooseDevice('auto', 'int8', wish)).toMatchObject({ device: 'cpu', runtime: 'c-api' });
    const chosen = await chooseDevice('webgpu', 'fp32', wish);
    expect(chosen).toMatchObject({ device: 'cpu', runtime: 'c-api' });
    expect(chosen.warnings[0]?.message).toContain('through onnxruntime-node, not through c-api');
  });
});

describe('the provider table', () => {
  it('has every device that can be asked for', () => {
    const devices = deviceSchema.options.filter((device) => device !== 'auto');
    expect(providers.map((provider) => provider.device).sort()).toEqual([...devices].sort());
  });

  it('says how to add whatever this platform could have', async () => {
    const statuses = await probeProviders(machine({}, { tryProvider: () => Promise.resolve('no') }));
    const unexplained = statuses.filter(
      (status) => ['cuda', 'cann', 'webgpu'].includes(status.device) && !status.howToAdd?.length,
    );
    expect(unexplained).toEqual([]);
    expect(statuses.find((status) => status.device === 'directml')).not.toHaveProperty('howToAdd');
  });
});

describe('added libraries', () => {
  it('are there once all of them are, and their list is sound', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'videomind-added-'));
    const write = (name: string, text: string) => writeFile(path.join(folder, 'cuda', name), text);
    const list = (name: string) =>
      JSON.stringify({ version: '1', runtimeLibrary: 'libort.so', libraries: [{ name, bytes: 1 }] });
    await mkdir(path.join(folder, 'cuda'));
    expect(addedLibraries('cuda', folder)).toBeUndefined();
    await write('parts.json', list('libort.so'));
    expect(addedLibraries('cuda', folder)).toBeUndefined();
    await write('libort.so', '');
    expect(addedLibraries('cuda', folder)?.runtimePath).toBe(path.join(folder, 'cuda', 'libort.so'));
    for (const unsound of ['{', '[]', list('../libort.so')]) {
      await write('parts.json', unsound);
      expect(addedLibraries('cuda', folder)).toBeUndefined();
    }
    await rm(folder, { recursive: true });
  });
});

describe('this machine', () => {
  it('runs a graph on the CPU', async () => {
    const statuses = await probeProviders();
    const cpu = statuses.find((status) => status.device === 'cpu');
    expect(cpu).toMatchObject({ available: true });
    expect(cpu?.deviceName).not.toBe('');
    expect(onnxruntimeVersion).toMatch(/^\d+\.\d+\.\d+/);
  });
});
