import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { RunTrace } from '../../../native-models/protocol/run-trace.ts';
import { runTraceSchema } from '../../../native-models/protocol/run-trace.ts';
import { writeAtomically } from '../files/write-atomically.ts';

/** A trace of the longest prompts has a few megabytes; more is not ours. */
const maxTraceBytes = 512 * 1024 * 1024;

/** What each role was shown and said, a compressed file per run. */
export class TraceFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws EngineError DISK_FULL, OUTPUT_UNWRITABLE. */
  async write(runId: string, trace: RunTrace): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeAtomically(this.#fileOf(runId), await promisify(gzip)(JSON.stringify(trace)));
  }

  /** Undefined where there is none, or none that can be read. */
  async read(runId: string): Promise<RunTrace | undefined> {
    const packed = await this.readPacked(runId);
    if (packed === undefined) return undefined;
    try {
      const text = await promisify(gunzip)(packed, { maxOutputLength: maxTraceBytes });
      return runTraceSchema.parse(JSON.parse(text.toString('utf8')));
    } catch {
      return undefined;
    }
  }

  /** As it lies on the disk; undefined where there is none. */
  async readPacked(runId: string): Promise<Uint8Array | undefined> {
    return await readFile(this.#fileOf(runId)).catch(() => undefined);
  }

  /** Writes one that was packed elsewhere; it is not looked at before it is read. @throws EngineError as `write` */
  async writePacked(runId: string, packed: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeAtomically(this.#fileOf(runId), packed);
  }

  async remove(runId: string): Promise<void> {
    await rm(this.#fileOf(runId), { force: true });
  }

  #fileOf(runId: string): string {
    return path.join(this.#folder, `${runId}.trace.json.gz`);
  }
}
