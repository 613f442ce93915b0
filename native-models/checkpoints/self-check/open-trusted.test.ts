import { describe, expect, it } from 'vitest';
import { EngineError } from '../../protocol/errors.ts';
import type { Device } from '../../protocol/roles.ts';
import type { DeviceChoice } from '../../runtime/providers.ts';
import type { LoadedModel } from '../loaded-model.ts';
import type { DeviceVerdict } from './device-verdicts.ts';
import { openTrusted, type AvoidedDevices, type TrustedOpening } from './open-trusted.ts';

const wrong = 'It computes wrongly: the decoder’s states 31 % off.';

function verdict(device: Device, problem?: string): DeviceVerdict {
  return {
    ...{ device, deviceName: 'a GPU', runtime: '1', fingerprint: 'f', packageName: 'p', precision: 'fp16' },
    ...{ deviation: 0.004, bound: 0.02, checkedAt: '' },
    ...(problem === undefined ? {} : { problem }),
  };
}

/** A machine with cuda, webgpu and cpu, in this order; `examined` says what comes of a self-check there. */
function machine(
  examined: Partial<Record<Device, string | Error | undefined>>,
  known: Partial<Record<Device, DeviceVerdict>> = {},
) {
  const [opened, disposed, checked]: [Device[], Device[], Device[]] = [[], [], []];
  let avoidedAtLast: AvoidedDevices = {};
  const opening: TrustedOpening = {
    choose(avoided) {
      avoidedAtLast = { ...avoided };
      const device = (['cuda', 'webgpu'] as const).find((each) => avoided[each] === undefined) ?? 'cpu';
      return Promise.resolve({ device } as DeviceChoice);
    },
    known: ({ device }) => Promise.resolve(known[device]),
    open({ device }) {
      opened.push(device);
      const dispose = () => Promise.resolve(void disposed.push(device));
      return Promise.resolve({ device, deviceReason: `${device} works.`, dispose } as LoadedModel);
    },
    examine({ device }) {
      checked.push(device);
      const outcome = examined[device];
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(verdict(device, outcome));
    },
  };
  return { opening, opened, disposed, checked, avoided: () => avoidedAtLast };
}

describe('opening a package on a device that can be trusted', () => {
  it('takes a device that reproduced the self-check, and says so', async () => {
    const { opening, opened } = machine({});
    const model = await openTrusted(opening);
    expect(opened).toEqual(['cuda']);
    expect(model.deviceReason).toBe(
      'cuda works. It reproduced the package’s self-check (0.40 % off, 2.0 % allowed).',
    );
  });

  it('passes over one that computes wrongly, to the next best, with the reason', async () => {
    const { opening, opened, disposed, avoided } = machine({ cuda: wrong });
    expect((await openTrusted(opening)).device).toBe('webgpu');
    expect(opened).toEqual(['cuda', 'webgpu']);
    expect(disposed).toEqual(['cuda']);
    expect(avoided()).toEqual({ cuda: wrong });
  });

  it.each([
    ['runs out of memory', new EngineError('OUT_OF_MEMORY', 'No room for 3 GB.')],
    ['is lost', new EngineError('INTERNAL', 'The device was lost.')],
  ])('passes over one that %s while it is checked', async (_, error) => {
    const { opening, disposed, avoided } = machine({ cuda: error });
    expect((await openTrusted(opening)).device).toBe('webgpu');
    expect(disposed).toEqual(['cuda']);
    expect(avoided()).toEqual({ cuda: `It failed while it was checked: ${error.message}` });
  });

  it('ends with the processor, unchecked, where no device can be trusted', async () => {
    const { opening, checked } = machine({ cuda: wrong, webgpu: wrong });
    expect(await openTrusted(opening)).toMatchObject({ device: 'cpu', deviceReason: 'cpu works.' });
    expect(checked).toEqual(['cuda', 'webgpu']);
  });

  it('checks a device once, and does not even open one that is known to be wrong', async () => {
    const { opening, opened, checked } = machine(
      {},
      { cuda: verdict('cuda', wrong), webgpu: verdict('webgpu') },
    );
    expect((await openTrusted(opening)).device).toBe('webgpu');
    expect(opened).toEqual(['webgpu']);
    expect(checked).toEqual([]);
  });

  it('is an error where nothing else may be used', async () => {
    const { opening } = machine({ cuda: wrong });
    await expect(openTrusted(opening, false)).rejects.toMatchObject({ code: 'DEVICE_UNAVAILABLE' });
  });
});
