import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { EngineError, errorCodes, toEngineError } from '../../../native-models/protocol/errors.ts';
import { predictionSchema } from '../../../native-models/protocol/eval-run.ts';
import { runRecordSchema, warningSchema } from '../../../native-models/protocol/run-record.ts';

/** What became of a sample: one line of a run's journal. */
export const sampleResultSchema = z.object({
  id: z.string(),
  /** Place in the loader's order. */
  index: z.number().int(),
  prediction: predictionSchema,
  error: z.object({ code: z.enum(errorCodes), message: z.string() }).optional(),
  /** Seconds per role, and `totalSec`; absent for samples that failed. */
  timings: z.record(z.string(), z.number()).optional(),
  /** What its run had to say: a video that breaks off, subtitles that were left out. */
  warnings: z.array(warningSchema).optional(),
  /**
   * Of its question; absent for samples that failed, of models elsewhere, in older runs, and where another version wrote it in a way
   * that this one does not read: the result stands without it, and is not asked again.
   */
  record: runRecordSchema.optional().catch(undefined),
});
export type SampleResult = z.infer<typeof sampleResultSchema>;

/** All of a result but its record, which is most of the line and read by none who counts or gathers predictions. */
const bareResultSchema = sampleResultSchema.omit({ record: true });
/** A result without its record. */
export type BareResult = z.infer<typeof bareResultSchema>;

/** Where a result lies in the journal. */
interface Entry {
  readonly index: number;
  readonly offset: number;
  readonly bytes: number;
  readonly failed: boolean;
  /** It failed before this journal was opened: what it failed for may be gone, so it is asked again. */
  readonly askedAgain: boolean;
}

const newline = 0x0a;
/** What was appended is on the disk after this at the latest: a power failure costs no more. */
const syncIntervalMs = 2_000;

/**
 * A run's results, one JSON line a sample, only ever appended to. A process that is killed leaves at most one torn line,
 * which is cut off when the journal is opened again. The first result of a sample counts and later ones are refused, unless
 * the sample had failed when the journal was opened: then it counts as open, and its next result takes the place of the failure.
 */
export class ResultJournal {
  readonly #file: FileHandle;
  readonly #filePath: string;
  readonly #entries: Map<string, Entry>;
  #end: number;
  #lastSyncMs = performance.now();
  #queue: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, filePath: string, entries: Map<string, Entry>, end: number) {
    this.#file = file;
    this.#filePath = filePath;
    this.#entries = entries;
    this.#end = end;
  }

  /** Opens a journal, made if it is not there. @throws EngineError DISK_FULL, or what opening the file throws */
  static async open(filePath: string): Promise<ResultJournal> {
    const file = await open(filePath, 'a+');
    try {
      const { entries, end } = await readEntries(filePath);
      await file.truncate(end);
      return new ResultJournal(file, filePath, entries, end);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get count(): number {
    return this.#entries.size;
  }

  get failed(): number {
    return [...this.#entries.values()].filter(({ failed }) => failed).length;
  }

  /** Samples that failed before and are asked again: they count among the failed until they have a new result. */
  get askedAgain(): number {
    return [...this.#entries.values()].filter(({ askedAgain }) => askedAgain).length;
  }

  /** Whether a sample has a result that stays. */
  has(id: string): boolean {
    return this.#entries.get(id)?.askedAgain === false;
  }

  /**
   * Appends a result; resolved when the operating system has it, which survives this process.
   * @returns false, and nothing is written, where the sample has a result that stays
   */
  append(result: SampleResult): Promise<boolean> {
    const written = this.#queue.then(() => this.#write(result));
    this.#queue = written.then(
      () => undefined,
      () => undefined,
    );
    return written;
  }

  async #write(result: SampleResult): Promise<boolean> {
    if (this.has(result.id)) return false;
    const line = Buffer.from(`${JSON.stringify(result)}\n`);
    const offset = this.#end;
    try {
      await this.#file.appendFile(line);
    } catch (error) {
      // Half a line may have been written: whoever appends next must not write behind it.
      await this.#file.truncate(offset).catch(() => undefined);
      const known = toEngineError(error);
      if (known.code !== 'DISK_FULL') throw known;
      throw new EngineError('DISK_FULL', `There is no room to write ${this.#filePath}.`, {
        remedy: 'Free some space; the same command goes on with what is there.',
        cause: error,
      });
    }
    this.#end += line.length;
    this.#entries.set(result.id, {
      index: result.index,
      offset,
      bytes: line.length,
      failed: result.error !== undefined,
      askedAgain: false,
    });
    if (performance.now() - this.#lastSyncMs > syncIntervalMs) await this.sync();
    return true;
  }

  /** Waits until all that was appended is on the disk. */
  async sync(): Promise<void> {
    this.#lastSyncMs = performance.now();
    await this.#file.datasync();
  }

  /** Results in the loader's order, whatever the order in which they came; one at a time in memory. */
  async *inOrder(): AsyncGenerator<BareResult> {
    const ordered = [...this.#entries.values()].sort((a, b) => a.index - b.index);
    for (const { offset, bytes } of ordered) {
      const line = Buffer.alloc(bytes);
      await this.#file.read(line, 0, bytes, offset);
      yield bareResultSchema.parse(JSON.parse(line.toString()));
    }
  }

  async close(): Promise<void> {
    await this.#queue;
    await this.sync();
    await this.#file.close();
  }
}

/** How many results a journal holds, one that is being written too; 0 where there is none. Changes nothing. */
export async function journalCounts(
  filePath: string,
): Promise<{ readonly done: number; readonly failed: number }> {
  const entries = await entriesOf(filePath);
  return { done: entries.length, failed: entries.filter(({ failed }) => failed).length };
}

/** The results of a journal that somebody else may be writing; none where there is none. */
export async function* journalResults(filePath: string): AsyncGenerator<SampleResult> {
  const entries = await entriesOf(filePath);
  if (entries.length === 0) return;
  await using file = await open(filePath, 'r');
  for (const { offset, bytes } of entries) {
    const { buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, offset);
    const result = readLine(buffer.toString('utf8'), sampleResultSchema);
    if (result !== undefined) yield result;
  }
}

async function entriesOf(filePath: string): Promise<readonly Entry[]> {
  try {
    return [...(await readEntries(filePath)).entries.values()];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The lines that can be read, and where the last whole one ends. A damaged line's sample is run again. */
async function readEntries(
  filePath: string,
): Promise<{ readonly entries: Map<string, Entry>; readonly end: number }> {
  const entries = new Map<string, Entry>();
  let pending = Buffer.alloc(0);
  let offset = 0;
  for await (const chunk of createReadStream(filePath) as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, chunk]);
    let start = 0;
    for (let end = pending.indexOf(newline); end !== -1; end = pending.indexOf(newline, start)) {
      const bytes = end + 1 - start;
      const result = readLine(pending.toString('utf8', start, end), bareResultSchema);
      // A result stands, a failure until there is another one.
      if (result !== undefined && entries.get(result.id)?.failed !== false) {
        const { id, index, error } = result;
        const failed = error !== undefined;
        entries.set(id, { index, offset, bytes, failed, askedAgain: failed });
      }
      offset += bytes;
      start = end + 1;
    }
    pending = pending.subarray(start);
  }
  return { entries, end: offset };
}

function readLine<Result>(line: string, schema: z.ZodType<Result>): Result | undefined {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
