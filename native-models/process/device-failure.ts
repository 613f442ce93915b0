import type { LoadedModel } from '../checkpoints/loaded-model.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import { toEngineError } from '../protocol/errors.ts';

/** What a device that fails in the middle of its work ends a run with: it ran out of memory, was lost, or refused a graph. */
const deviceFailures: readonly ErrorCode[] = ['OUT_OF_MEMORY', 'DEVICE_UNAVAILABLE', 'INTERNAL'];

/**
 * Why a run that failed is to be done again on the processor, in words; undefined where it would fail there too, or was
 * computed there.
 */
export function failureOfDevice(thrown: unknown, { device, deviceName }: LoadedModel): string | undefined {
  if (device === 'cpu') return undefined;
  const { code, message } = toEngineError(thrown);
  if (!deviceFailures.includes(code)) return undefined;
  const what = code === 'OUT_OF_MEMORY' ? 'ran out of memory' : 'failed';
  return `${deviceName} ${what} in the middle of a run: ${message}`;
}
