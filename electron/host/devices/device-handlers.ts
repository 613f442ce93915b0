import type { Handlers } from '../../../native-models/protocol/server.ts';
import type { HostMethods } from '../contract/methods.ts';
import type { DeviceJobs } from './device-jobs.ts';

/** The libraries that devices need. */
export function deviceHandlers(
  devices: DeviceJobs,
): Pick<Handlers<HostMethods>, 'devicesList' | 'devicesAdd' | 'devicesRemove'> {
  return {
    devicesList: async () => ({ parts: await devices.list() }),
    devicesAdd: ({ device }) => devices.start(device),
    devicesRemove: async ({ device }) => ({ freedBytes: await devices.remove(device) }),
  };
}
