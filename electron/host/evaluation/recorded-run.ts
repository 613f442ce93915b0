import { stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { RunDescription } from './run-folder.ts';
import { readRunDescription, readRunDescriptions } from './run-folder.ts';

/** A run as its file describes it, and the folder where the file lies. */
export interface RecordedRun {
  readonly description: RunDescription;
  readonly folder: string;
}

/**
 * Reads how a run was made, from its folder or from one `run.json`, which may have been copied without the rest.
 * @throws EngineError PREDICTIONS_NOT_FOUND where there is none; ARGUMENT_INVALID for a folder of several shards, each of which
 *   is a run of its own
 */
export async function recordedRun(from: string): Promise<RecordedRun> {
  const isFile = await stat(from).then(
    (found) => found.isFile(),
    () => false,
  );
  if (isFile) {
    const description = await readRunDescription(from);
    if (description !== undefined) return { description, folder: path.dirname(from) };
  }
  const [first, ...others] = await readRunDescriptions(from);
  if (first === undefined || others.length > 0) {
    throw new EngineError('ARGUMENT_INVALID', `${from} holds ${others.length + 1} shards.`, {
      remedy: `Repeat one of them by its file, such as ${path.join(from, 'run_0.json')}.`,
    });
  }
  return { description: first, folder: from };
}
