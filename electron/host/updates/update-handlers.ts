import type { Handlers } from '../../../native-models/protocol/server.ts';
import type { HostMethods } from '../contract/methods.ts';
import type { HostEvents } from '../host-events.ts';
import type { Updates } from './updates.ts';

/** Looks for a newer release when a person asks, and says what is known. Every window sees that the network is used. */
export function updateHandlers(
  updates: Updates,
  events: HostEvents,
): Pick<Handlers<HostMethods>, 'updatesCheck' | 'updatesState'> {
  return {
    updatesState: () => updates.state(),
    updatesCheck: async () => {
      events.emit({ type: 'updateCheck', running: true });
      try {
        // Not cancelled with one window: another one may wait for the same answer.
        return await updates.check();
      } finally {
        events.emit({ type: 'updateCheck', running: false });
      }
    },
  };
}
