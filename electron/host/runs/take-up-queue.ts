import { toEngineError } from '../../../native-models/protocol/errors.ts';
import type { Model } from '../contract/models.ts';
import { storedError } from '../host-context.ts';
import type { HostContext } from '../host-context.ts';
import type { RunQueue } from './run-queue.ts';
import { findTarget } from './run-target.ts';

/**
 * Goes on with the questions that waited when the program ended; what they are about may be gone meanwhile.
 * @returns which were cut off.
 */
export async function takeUpQueue(
  { store, now }: HostContext,
  queue: RunQueue,
  findModel: (modelId: string) => Promise<Model>,
): Promise<readonly string[]> {
  const { interruptedRunIds, queued } = await store.call('takeUpRuns', { atMs: now() });
  for (const run of queued) {
    try {
      queue.add(run, (await findTarget(store, findModel, run.question)).paths);
    } catch (thrown) {
      const error = storedError(toEngineError(thrown));
      await store.call('progressRun', { id: run.id, state: 'failed', endedAtMs: now(), error });
    }
  }
  return interruptedRunIds;
}
