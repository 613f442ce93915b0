import { readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { z } from 'zod';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { writeError } from '../files/write-atomically.ts';

const ownerSchema = z.object({
  host: z.string(),
  processId: z.number().int(),
  /** When the process was started, as the system counts: a number is given to other processes later. */
  startedAt: z.string().optional(),
});
type Owner = z.infer<typeof ownerSchema>;

/**
 * Keeps two processes from writing one run. A process that was killed leaves its lock behind, which the next one takes over:
 * the lock names its owner, and whether that still runs can be asked.
 */
export class RunLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws EngineError DISK_FULL, OUTPUT_UNWRITABLE; OUTPUT_EXISTS where the owner of a lock that is there still runs, or runs elsewhere */
  static async take(path: string): Promise<RunLock> {
    const own: Owner = { host: os.hostname(), processId: process.pid, ...startOf(process.pid) };
    for (;;) {
      try {
        await writeFile(path, JSON.stringify(own), { flag: 'wx' });
        return new RunLock(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
          await rm(path, { force: true });
          throw writeError(path, error);
        }
      }
      const owner = await readOwner(path);
      if (owner !== undefined && mayRun(owner)) {
        throw new EngineError(
          'OUTPUT_EXISTS',
          `Process ${owner.processId} on ${owner.host} is writing this run (${path}).`,
          { remedy: 'Wait for it to end. If it does not run any more, delete the lock file.' },
        );
      }
      await rm(path, { force: true });
    }
  }

  async release(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Gone meanwhile, or torn by a power failure.
    return undefined;
  }
}

function mayRun({ host, processId, startedAt }: Owner): boolean {
  if (host !== os.hostname()) return true;
  try {
    process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return startedAt === startOf(processId).startedAt;
}

/** Start time of a process in clock ticks since the machine was started (Linux); nothing elsewhere, or of a zombie. */
function startOf(processId: number): Pick<Owner, 'startedAt'> {
  try {
    const fields = readFileSync(`/proc/${processId}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const startedAt = fields[0] === 'Z' ? undefined : fields[19];
    return startedAt === undefined ? {} : { startedAt };
  } catch {
    return {};
  }
}
