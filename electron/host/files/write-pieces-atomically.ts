import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { EngineError, toEngineError } from '../../../native-models/protocol/errors.ts';
import { writeError } from './write-atomically.ts';

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
    // The pieces come from elsewhere: what failed there was told there, and a cancel is no failure.
    const known = toEngineError(error);
    throw error instanceof EngineError || known.code === 'CANCELLED' ? known : writeError(filePath, error);
  }
}
