import { EngineError } from '../../native-models/protocol/errors.ts';
import type { Handlers } from '../../native-models/protocol/server.ts';
import type { HostMethods } from './contract/methods.ts';
import type { WatchedEngine } from './engine/watched-engine.ts';
import type { HostContext } from './host-context.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { ModelStore } from './models/model-store.ts';
import type { DailyChecks } from './updates/daily-checks.ts';

/** What a window begins with. */
export interface SnapshotParts {
  readonly context: HostContext;
  readonly models: ModelStore;
  readonly jobs: Jobs;
  readonly engine: WatchedEngine;
  readonly dailyChecks: DailyChecks;
  readonly interruptedRunIds: readonly string[];
  readonly version: string;
}

/** What a window begins with, and everything that happens from then on. */
export function snapshotHandlers(
  parts: SnapshotParts,
): Pick<Handlers<HostMethods>, 'subscribe' | 'snapshot' | 'settingsChange'> {
  const { context, models, jobs, engine, dailyChecks, interruptedRunIds, version } = parts;
  const { store, events, windows } = context;
  const { setAsidePath } = store;
  let isDamageTold = setAsidePath === undefined;

  return {
    subscribe: async ({ windowId }, { signal, report }) => {
      if (!isDamageTold) {
        isDamageTold = true;
        const { code, message, remedy } = new EngineError(
          'STORE_DAMAGED',
          `The library was damaged. It was set aside as ${setAsidePath ?? ''}, and a new one was begun.`,
        );
        report({ type: 'notice', level: 'error', code, message, remedy });
      }
      const listening = windows.during(windowId, () => events.listen(report, signal));
      dailyChecks.look();
      await listening;
      return {};
    },

    snapshot: async () => {
      const listed = await models.list();
      // Read last, so that no event that was told before is missing in it.
      const stored = await store.call('snapshot');
      return {
        ...stored,
        models: listed,
        jobs: jobs.list(),
        engine: engine.state,
        interruptedRunIds: [...interruptedRunIds],
        version,
        platform: process.platform,
      };
    },

    settingsChange: async (changes) => {
      const settings = await store.call('changeSettings', changes);
      events.emit({ type: 'settingsChanged', settings });
      if (changes.checksForUpdates !== undefined) dailyChecks.look();
      return settings;
    },
  };
}
