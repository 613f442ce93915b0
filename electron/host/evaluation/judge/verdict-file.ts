import { open, readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { isVerdict } from '../../../../native-models/protocol/eval-judge.ts';

/** A judge's reply about one answer, as a line of the file. Which verdict it is, the scorer reads in it. */
export const verdictSchema = z.object({
  key: z.string(),
  reply: z.string(),
  judge: z.string(),
  promptTokens: z.number(),
  completionTokens: z.number(),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** A judge's replies on disk, one line each as soon as it comes: what was paid for is never asked again. */
export class VerdictFile {
  readonly #file: FileHandle;
  readonly #known: ReadonlySet<string>;

  private constructor(file: FileHandle, known: ReadonlySet<string>) {
    this.#file = file;
    this.#known = known;
  }

  /** Opens a file, made if it is not there. Replies of another judge are not this one's: they are asked for again. */
  static async open(filePath: string, judge: string): Promise<VerdictFile> {
    const text = await readFile(filePath, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    });
    const file = await open(filePath, 'a');
    // A process that was killed may have left half a line.
    if (text !== '' && !text.endsWith('\n')) await file.write('\n');
    return new VerdictFile(file, new Set(text.split('\n').flatMap((line) => keyOf(line, judge))));
  }

  has(key: string): boolean {
    return this.#known.has(key);
  }

  async append(verdict: Verdict): Promise<void> {
    await this.#file.write(`${JSON.stringify(verdict)}\n`);
  }

  async close(): Promise<void> {
    await this.#file.sync();
    await this.#file.close();
  }
}

function keyOf(line: string, judge: string): string[] {
  try {
    const verdict = verdictSchema.parse(JSON.parse(line));
    return verdict.judge === judge && isVerdict(verdict.reply) ? [verdict.key] : [];
  } catch {
    return [];
  }
}
