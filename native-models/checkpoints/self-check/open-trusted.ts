import { EngineError, toEngineError } from '../../protocol/errors.ts';
import type { Device } from '../../protocol/roles.ts';
import type { DeviceChoice } from '../../runtime/providers.ts';
import type { LoadedModel } from '../loaded-model.ts';
import { inPercent } from './bounds.ts';
import type { DeviceVerdict } from './device-verdicts.ts';

/** Why some devices are not to be used, in words. */
export type AvoidedDevices = Partial<Record<Device, string>>;

/** What opening a package on a device that can be trusted takes. */
export interface TrustedOpening {
  /** The best device that is not avoided; the processor at last. */
  choose(avoided: AvoidedDevices): Promise<DeviceChoice>;
  /** What is known of a device already. */
  known(choice: DeviceChoice): Promise<DeviceVerdict | undefined>;
  open(choice: DeviceChoice): Promise<LoadedModel>;
  /** Has the device that a package was opened on reproduce its self-check, and keeps what came of it. */
  examine(model: LoadedModel, choice: DeviceChoice): Promise<DeviceVerdict>;
}

/**
 * Opens a package on a device that has reproduced its self-check, now or before with the same driver. One that computes wrongly, or
 * fails while it is checked, is passed over with the reason, until the processor is left. One that fails is checked again next time:
 * it may have been short of memory.
 * @param mayFallBack False: a device that is not to be trusted is an error (tests).
 * @throws EngineError of opening; DEVICE_UNAVAILABLE.
 */
export async function openTrusted(opening: TrustedOpening, mayFallBack = true): Promise<LoadedModel> {
  const avoided: AvoidedDevices = {};
  const avoid = (device: Device, problem: string) => {
    if (!mayFallBack) throw new EngineError('DEVICE_UNAVAILABLE', problem);
    avoided[device] = problem;
  };
  for (;;) {
    const choice = await opening.choose(avoided);
    const known = await opening.known(choice);
    if (known?.problem !== undefined) {
      avoid(choice.device, known.problem);
      continue;
    }
    const model = await opening.open(choice);
    if (model.device === 'cpu') return model;
    const verdict = known ?? (await examined(opening, model, choice));
    if (verdict.problem === undefined) {
      const { deviation = 0, bound } = verdict;
      const reason = `It reproduced the package’s self-check (${inPercent(deviation)} off, ${inPercent(bound)} allowed).`;
      return { ...model, deviceReason: `${model.deviceReason} ${reason}` };
    }
    await model.dispose();
    avoid(choice.device, verdict.problem);
  }
}

async function examined(
  opening: TrustedOpening,
  model: LoadedModel,
  choice: DeviceChoice,
): Promise<Pick<DeviceVerdict, 'problem' | 'deviation' | 'bound'>> {
  try {
    return await opening.examine(model, choice);
  } catch (error) {
    return { problem: `It failed while it was checked: ${toEngineError(error).message}`, bound: 0 };
  }
}
