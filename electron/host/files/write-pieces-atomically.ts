import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { EngineError, toEngineError } from '../../../native-models/protocol/errors.ts';

const bytesAtOnce = 1 << 20;

/**
 * Writes a file of any length piece by piece, so that it is there whole or not at all (as `writeAtomically` does with one
 * text).
 * @throws EngineError DISK_FULL, OUTPUT_UNWRITABLE; what was there before stays.
 */
export async function writePiecesAtomically(filePath: string, pieces: AsyncIterable<string>): Promise<void> {
  const temporary = `${filePath}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      let pending = '';
      for await (const piece of pieces) {
        pending += piece;
        if (pending.length < bytesAtOnce) continue;
        await file.appendFile(pending);
        pending = '';
      }
      await file.appendFile(pending);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, filePath);
  } catch (error) {
    await rm(temporary, { force: true });
    const known = toEngineError(error);
    if (known.code !== 'INTERNAL') throw known;
    throw new EngineError('OUTPUT_UNWRITABLE', `${filePath} cannot be written (${known.message}).`, {
      cause: error,
    });
  }
}
