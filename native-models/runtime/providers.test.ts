import { describe, expect, it } from 'vitest';
import { deviceSchema } from '../protocol/roles.ts';
import { providers } from './provider-table.ts';
import type { ProbedMachine } from './providers.ts';
import { chooseDevice, onnxruntimeVersion, probeProviders } from './providers.ts';

/** A Linux machine with everything that CUDA needs, changed by `changes`. */
function machine(changes: Partial<ProbedMachine> = {}): ProbedMachine {
  return {
    platform: 'linux/x64',
    backends: ['cpu', 'webgpu', 'cuda', 'tensorrt'],
    missingBindingFiles: () => [],
    missingLibraries: () => Promise.resolve([]),
    tryProvider: () => Promise.resolve(undefined),
    ...changes,
  };
}

describe('choosing a device', () => {
  it('takes the CPU on auto, without a warning', async () => {
    await expect(chooseDevice('auto', 'int8', { machine: machine() })).resolves.toMatchObject({
      device: 'cpu',
      executionProviders: ['cpu'],
      warnings: [],
    });
  });

  it('takes the device asked for when it works, with the CPU behind it', async () => {
    const choice = await chooseDevice('cuda', 'fp32', { machine: machine() });
    expect(choice.device).toBe('cuda');
    expect(choice.executionProviders).toEqual([{ name: 'cuda', deviceId: 0 }, 'cpu']);
    expect(choice.warnings).toEqual([]);
  });

  it('falls back to the CPU and names the libraries that are missing', async () => {
    const choice = await chooseDevice('cuda', 'fp32', {
      machine: machine({
        tryProvider: () => Promise.resolve('Failed to load shared library'),
        missingBindingFiles: () => ['libonnxruntime_providers_cuda.so'],
        missingLibraries: () => Promise.resolve(['libcudnn.so.9']),
      }),
    });
    expect(choice.device).toBe('cpu');
    expect(choice.warnings).toHaveLength(1);
    expect(choice.warnings[0]?.code).toBe('DEVICE_FALLBACK');
    expect(choice.warnings[0]?.message).toMatch(/cuda.*libonnxruntime_providers_cuda\.so, libcudnn\.so\.9/);
  });

  it('gives the provider’s own reason when nothing is missing', async () => {
    const tryProvider = () => Promise.resolve('No supported adapters.');
    const choice = await chooseDevice('webgpu', 'fp32', { machine: machine({ tryProvider }) });
    expect(choice.warnings[0]?.message).toContain('No supported adapters.');
  });

  it('runs an int8 package on the CPU whatever GPU there is, and says what to import instead', async () => {
    const choice = await chooseDevice('cuda', 'int8', { machine: machine() });
    expect(choice.device).toBe('cpu');
    expect(choice.warnings[0]?.message).toContain('--precision fp32 or int4');
  });

  it('recognises cann, which this binding cannot have', async () => {
    const choice = await chooseDevice('cann', 'fp32', { machine: machine() });
    expect(choice.device).toBe('cpu');
    expect(choice.warnings[0]?.message).toContain('Not part of onnxruntime-node');
  });

  it('explains a device of another platform', async () => {
    const choice = await chooseDevice('coreml', 'fp32', { machine: machine() });
    expect(choice.warnings[0]?.message).toContain('darwin/arm64, not on linux/x64');
  });
});

describe('the provider table', () => {
  it('has every device that can be asked for', () => {
    const devices = deviceSchema.options.filter((device) => device !== 'auto');
    expect(providers.map((provider) => provider.device).sort()).toEqual([...devices].sort());
  });

  it('says how to add whatever this platform could have', async () => {
    const statuses = await probeProviders(machine({ tryProvider: () => Promise.resolve('no') }));
    const unexplained = statuses.filter(
      (status) => ['cuda', 'cann', 'webgpu'].includes(status.device) && !status.howToAdd?.length,
    );
    expect(unexplained).toEqual([]);
    expect(statuses.find((status) => status.device === 'directml')).not.toHaveProperty('howToAdd');
  });
});

describe('this machine', () => {
  it('runs a graph on the CPU', async () => {
    const statuses = await probeProviders();
    expect(statuses.find((status) => status.device === 'cpu')).toMatchObject({ available: true });
    expect(onnxruntimeVersion).toMatch(/^\d+\.\d+\.\d+/);
  });
});
