import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { EngineError, toEngineError } from '../../../native-models/protocol/errors.ts';
import { writeError } from './write-atomically.ts';

const bytesAtOnce = 1 << 20;

/**
 * Writes a file of any length piece by piece, so that it is there whole or not at all (as `writeAtomically` does with one
 * text). Text is written as UTF-8.
 * @throws EngineError DISK_FULL, OUTPUT_UNWRITABLE; what was there before stays.
 */
export async function writePiecesAtomically(
  filePath: string,
  pieces: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const temporary = `${filePath}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      const pending: Uint8Array[] = [];
      let pendingBytes = 0;
      for await (const piece of pieces) {
        const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
        pending.push(bytes);
        pendingBytes += bytes.length;
        if (pendingBytes < bytesAtOnce) continue;
        await file.appendFile(Buffer.concat(pending.splice(0)));
        pendingBytes = 0;
      }
      await file.appendFile(Buffer.concat(pending));
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
