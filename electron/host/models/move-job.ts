import { cp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { EngineError, throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import { makeFolder } from '../files/make-folder.ts';
import type { Job } from '../contract/models.ts';
import type { JobWork, Jobs } from '../jobs/jobs.ts';
import type { ModelStore } from './model-store.ts';

const requestSchema = z.object({ folder: z.string() });

/**
 * Moves the folder that packages are kept in. Each package is wholly at the old or wholly at the new place, and the store
 * knows which: one that was moved when the program ended is found again at the next start.
 */
export class MoveJobs {
  readonly #jobs: Jobs;
  readonly #models: ModelStore;

  constructor(jobs: Jobs, models: ModelStore) {
    this.#jobs = jobs;
    this.#models = models;
    jobs.register('move-models', {
      work: (work) => this.#move(work),
    });
  }

  /** @throws EngineError ARGUMENT_INVALID, OUTPUT_UNWRITABLE before anything is begun. */
  async start(folder: string): Promise<Job> {
    const from = this.#models.folder;
    const isInside =
      !path.relative(from, folder).startsWith('..') && !path.isAbsolute(path.relative(from, folder));
    if (!path.isAbsolute(folder) || isInside) {
      throw new EngineError('ARGUMENT_INVALID', `Packages cannot be moved to "${folder}".`, {
        remedy: 'Choose an empty folder elsewhere.',
      });
    }
    makeFolder(folder);
    if ((await readdir(folder)).length > 0) {
      throw new EngineError('ARGUMENT_INVALID', `${folder} is not empty.`, {
        remedy: 'Choose an empty folder.',
      });
    }
    const request = { folder: path.resolve(folder) };
    return await this.#jobs.start(
      { kind: 'move-models', title: folder, unit: 'items', outputPath: folder },
      request,
    );
  }

  async #move({ request, signal, report }: JobWork): Promise<{ readonly outputPath: string }> {
    const { folder } = requestSchema.parse(request);
    const from = this.#models.folder;
    const kept = (await this.#models.list()).filter(
      (model) => path.dirname(model.path) === from && !model.demo,
    );
    await this.#models.useFolder(folder, []);
    try {
      for (const [done, model] of kept.entries()) {
        throwIfCancelled(signal);
        report({ done, total: kept.length, detail: model.name });
        const to = path.join(folder, path.basename(model.path));
        await moveFolder(model.path, to, signal);
        await this.#models.useFolder(folder, [{ id: model.id, path: to }]);
        await rm(model.path, { recursive: true, force: true });
      }
      report({ done: kept.length, total: kept.length });
      return { outputPath: folder };
    } finally {
      await this.#models.tell();
    }
  }
}

/** By renaming where that is possible; otherwise what was copied is complete before it has its name. */
async function moveFolder(from: string, to: string, signal: AbortSignal): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    const partial = `${to}.part`;
    try {
      await cp(from, partial, {
        recursive: true,
        filter: () => {
          throwIfCancelled(signal);
          return true;
        },
      });
      await rename(partial, to);
    } catch (failed) {
      await rm(partial, { recursive: true, force: true });
      throw failed;
    }
  }
}
