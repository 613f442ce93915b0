import { toEngineError } from '../../native-models/protocol/errors.ts';
import type { EngineError } from '../../native-models/protocol/errors.ts';
import { isConnectionLoss } from '../transport/connection.ts';

/** How something failed; undefined where that is not told: it was cancelled on request, or the line broke, which has a banner of its own. */
export function failureToTell(error: unknown): EngineError | undefined {
  const failure = toEngineError(error);
  return failure.code === 'CANCELLED' || isConnectionLoss(error) ? undefined : failure;
}
