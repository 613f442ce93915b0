import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../protocol/errors.ts';

/** How items are written: a line each, or one JSON list. */
export type TrainingFileForm = 'lines' | 'list';

/** Written in pieces of about this size, so that a long file costs few system calls and little memory. */
const bufferedCharacters = 1 << 20;

/**
 * A file of training items that grows as they come, and has its name only once it is whole: it is written beside,
 * synced, then renamed. `await using` removes an unfinished one.
 */
export class TrainingFile implements AsyncDisposable {
  readonly #handle: FileHandle;
  readonly #filePath: string;
  readonly #form: TrainingFileForm;
  #buffer = '';
  #count = 0;
  #finished = false;

  private constructor(handle: FileHandle, filePath: string, form: TrainingFileForm) {
    this.#handle = handle;
    this.#filePath = filePath;
    this.#form = form;
  }

  /** @throws EngineError OUTPUT_EXISTS (unless `force`), OUTPUT_UNWRITABLE */
  static async create(
    filePath: string,
    { form, force = false }: { readonly form: TrainingFileForm; readonly force?: boolean },
  ): Promise<TrainingFile> {
    try {
      if (!force) await refuseExisting(filePath);
      return new TrainingFile(await open(partialPath(filePath), 'w'), filePath, form);
    } catch (error) {
      if (error instanceof EngineError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new EngineError('OUTPUT_UNWRITABLE', `${filePath} cannot be written: ${reason}`, {
        cause: error,
      });
    }
  }

  get count(): number {
    return this.#count;
  }

  async write(item: unknown): Promise<void> {
    const before = this.#form === 'lines' ? '' : this.#count === 0 ? '[\n' : ',\n';
    this.#buffer += before + JSON.stringify(item) + (this.#form === 'lines' ? '\n' : '');
    this.#count++;
    if (this.#buffer.length > bufferedCharacters) await this.#flush();
  }

  /** Gives the file its name. @returns its path */
  async finish(): Promise<string> {
    if (this.#form === 'list') this.#buffer += this.#count === 0 ? '[]\n' : '\n]\n';
    await this.#flush();
    await this.#handle.sync();
    await this.#handle.close();
    await rename(partialPath(this.#filePath), this.#filePath);
    this.#finished = true;
    return this.#filePath;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#finished) return;
    await this.#handle.close().catch(() => undefined); // closed already when finishing failed
    await rm(partialPath(this.#filePath), { force: true });
  }

  async #flush(): Promise<void> {
    const text = this.#buffer;
    this.#buffer = '';
    await this.#handle.writeFile(text);
  }
}

async function refuseExisting(filePath: string): Promise<void> {
  const existing = await open(filePath, 'r').catch(() => undefined);
  if (existing === undefined) return;
  await existing.close();
  throw new EngineError('OUTPUT_EXISTS', `${filePath} is there already.`, {
    remedy: 'Choose another folder, or replace the file with --force.',
  });
}

function partialPath(filePath: string): string {
  return path.join(path.dirname(filePath), `.${path.basename(filePath)}.partial`);
}
