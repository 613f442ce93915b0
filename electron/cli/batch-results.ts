import { appendFile, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { runRecordSchema } from '../../native-models/protocol/run-record.ts';
import { requireWritable, writeAtomically } from '../host/files/write-atomically.ts';

/** What became of a question of a batch. */
const resultSchema = z.object({
  id: z.string(),
  /** Tells what was asked, of which video and model: only the very same is not asked again. */
  asked: z.string().optional(),
  record: runRecordSchema.optional(),
  error: z
    .object({ code: z.string(), message: z.string(), remedy: z.string(), details: z.unknown() })
    .optional(),
});
export type BatchResult = z.infer<typeof resultSchema>;

/** The file that a batch's answers are kept in: a line is added as soon as it is known, whatever happens after that. */
export class BatchResults {
  readonly #path: string;
  readonly #kept: ReadonlyMap<string, BatchResult>;

  private constructor(path: string, kept: ReadonlyMap<string, BatchResult>) {
    this.#path = path;
    this.#kept = kept;
  }

  /**
   * Opens the file, or begins it. A last line that broke off is dropped.
   * @throws EngineError OUTPUT_EXISTS for a file of something else, OUTPUT_UNWRITABLE
   */
  static async open(path: string): Promise<BatchResults> {
    await requireWritable(path);
    const content = await readFile(path, 'utf8').catch(() => '');
    const lines = content.split('\n');
    const broken = lines.pop();
    const results = lines.flatMap((line) => (line === '' ? [] : [readResult(line, path)]));
    if (broken !== undefined && broken !== '' && results.length === 0) readResult(broken, path);
    const answered = results.filter(({ record }) => record !== undefined);
    const kept = new BatchResults(path, new Map(answered.map((one) => [one.id, one])));
    await kept.finish(answered);
    return kept;
  }

  /** The answer to the very same question. */
  answerTo(id: string, asked: string): BatchResult | undefined {
    const found = this.#kept.get(id);
    return found?.asked === asked ? found : undefined;
  }

  /** @throws EngineError DISK_FULL, OUTPUT_UNWRITABLE */
  async add(result: BatchResult): Promise<void> {
    try {
      await appendFile(this.#path, resultLine(result), { flush: true });
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code === 'ENOSPC' ? 'DISK_FULL' : 'OUTPUT_UNWRITABLE';
      throw new EngineError(code, `${this.#path} cannot be written.`, { cause });
    }
  }

  /** Writes all results in their order, in place of what was added in the order of coming. */
  finish(results: readonly BatchResult[]): Promise<void> {
    return writeAtomically(this.#path, results.map(resultLine).join(''));
  }
}

/** A result as it is printed and kept: one line of JSON. */
export function resultLine(result: BatchResult): string {
  return `${JSON.stringify(result)}\n`;
}

function readResult(line: string, path: string): BatchResult {
  try {
    return resultSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new EngineError('OUTPUT_EXISTS', `${path} holds something else than answers of a batch.`, {
      remedy: 'Choose another file with --out.',
      cause,
    });
  }
}
