import { EngineError } from '../../protocol/errors.ts';

/** The typed error that something fails with; anything else that is thrown goes on, and success is an error. */
export async function engineErrorOf(action: () => unknown): Promise<EngineError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

/**
 * Runs something on hostile input: typed errors are as good as success, anything else goes on, and no prototype may have
 * been changed.
 */
export async function expectOnlyEngineErrors(action: () => unknown): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
  }
  for (const key in {}) throw new Error(`Object.prototype was given "${key}".`);
  if (Object.getPrototypeOf({}) !== Object.prototype)
    throw new Error('Object literals have another prototype.');
}
