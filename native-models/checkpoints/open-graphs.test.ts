import { describe, expect, it } from 'vitest';
import type { Network } from '../architectures/architecture-family.ts';
import { EngineError } from '../protocol/errors.ts';
import type { DeviceChoice } from '../runtime/providers.ts';
import type { Runtime, Session } from '../runtime/runtime.ts';
import { noTransfers } from '../runtime/transfer-meter.ts';
import type { Manifest } from './manifest.ts';
import { openGraphs } from './open-graphs.ts';

const place = {
  folder: '/p',
  manifest: { files: [] } as unknown as Manifest,
  network: {} as Network,
};
const cuda: DeviceChoice = {
  device: 'cuda',
  deviceName: 'a GPU',
  runtime: 'onnxruntime-node',
  libraries: '',
  reason: '',
  sessionOptions: {},
  warnings: [],
};

/** A runtime whose sessions are counted while they are open; `refused` does not open. */
class FakeRuntime implements Runtime {
  readonly name = 'fake';
  readonly device: DeviceChoice['device'];
  readonly refused: string;
  readonly transfers = noTransfers;
  open = 0;

  constructor(device: DeviceChoice['device'], refused = '') {
    this.device = device;
    this.refused = refused;
  }

  createSession(model: string | Uint8Array): Promise<Session> {
    if (this.refused !== '' && String(model).includes(this.refused)) {
      return Promise.reject(new EngineError('PACKAGE_DAMAGED', 'No kernel for GroupQueryAttention.'));
    }
    this.open++;
    const release = (): Promise<void> => {
      this.open--;
      return Promise.resolve();
    };
    return Promise.resolve({
      inputNames: [],
      outputNames: [],
      run: () => Promise.reject(new Error()),
      release,
    });
  }
}

describe('openGraphs', () => {
  it('opens all graphs on the CPU, with a warning, when the device refuses one of them', async () => {
    const [gpu, cpu] = [new FakeRuntime('cuda', 'vision'), new FakeRuntime('cpu')];
    const opened = await openGraphs(place, undefined, cuda, ({ device }) =>
      Promise.resolve(device === 'cuda' ? gpu : cpu),
    );
    expect(opened.runtime).toBe(cpu);
    expect(gpu.open).toBe(0);
    expect(cpu.open).toBe(2);
    expect(opened.device.warnings.map(({ code }) => code)).toEqual(['DEVICE_FALLBACK']);
    expect(opened.device.warnings[0]?.message).toContain('No kernel for GroupQueryAttention');
  });

  it('says what is wrong with a package that the CPU cannot open, and leaves nothing open', async () => {
    const cpu = new FakeRuntime('cpu', 'decoder');
    const opening = openGraphs(place, undefined, { ...cuda, device: 'cpu' }, () => Promise.resolve(cpu));
    await expect(opening).rejects.toMatchObject({ code: 'PACKAGE_DAMAGED' });
    expect(cpu.open).toBe(0);
  });
});
