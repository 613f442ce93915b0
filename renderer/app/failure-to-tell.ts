import { EngineError, toEngineError } from '../../native-models/protocol/errors.ts';
import { formatSeconds } from '../player/timecode.ts';
import { isConnectionLoss } from '../transport/connection.ts';
import { appTexts } from './texts.ts';

/** How something failed; undefined where that is not told: it was cancelled on request, or the line broke, which has a banner of its own. */
export function failureToTell(error: unknown): EngineError | undefined {
  const failure = toEngineError(error);
  return failure.code === 'CANCELLED' || isConnectionLoss(error) ? undefined : withClockTimes(failure);
}

/** Of a moment that was refused the times as the window writes them, not in seconds. */
function withClockTimes(failure: EngineError): EngineError {
  const { startSec, endSec } = failure.details;
  if (failure.code !== 'ANNOTATION_INVALID' || typeof startSec !== 'number' || typeof endSec !== 'number') {
    return failure;
  }
  const words = appTexts.momentOutside(formatSeconds(startSec, 1), formatSeconds(endSec, 1));
  return new EngineError(failure.code, words, { remedy: failure.remedy, details: failure.details });
}
