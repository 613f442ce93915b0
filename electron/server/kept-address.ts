import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../host/files/write-atomically.ts';
import { newToken } from './access.ts';

const keptSchema = z.object({
  port: z.number().int().min(0).max(65_535),
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});

/** The port and the token of a server, which its next start takes again. */
export type KeptAddress = z.infer<typeof keptSchema>;

/**
 * The address that was kept with a library; a new one where there is none: any free port. The file is for its owner alone.
 */
export class AddressFile {
  readonly #filePath: string;

  constructor(dataPath: string) {
    this.#filePath = path.join(dataPath, 'serve-address.json');
  }

  async read(): Promise<KeptAddress> {
    try {
      return keptSchema.parse(JSON.parse(await readFile(this.#filePath, 'utf8')));
    } catch {
      return { port: 0, token: newToken() };
    }
  }

  /** @throws EngineError DISK_FULL, OUTPUT_UNWRITABLE. */
  async keep(address: KeptAddress): Promise<void> {
    await writeAtomically(this.#filePath, `${JSON.stringify(address)}\n`, { mode: 0o600 });
  }
}
