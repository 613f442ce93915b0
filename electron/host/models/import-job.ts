import { stat } from 'node:fs/promises';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { checkpointName } from '../../../native-models/protocol/checkpoint-name.ts';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { precisionSchema } from '../../../native-models/protocol/roles.ts';
import type { Job } from '../contract/models.ts';
import { safeFileName } from '../contract/file-names.ts';
import type { Engine } from '../host-context.ts';
import type { JobWork, Jobs } from '../jobs/jobs.ts';
import type { ModelStore } from './model-store.ts';

/** What to make a package from; paths are absolute. */
export const importedCheckpointSchema = z.object({
  basePath: z.string(),
  adaptersPath: z.string().optional(),
  promptsPath: z.string().optional(),
  precision: precisionSchema,
  name: z.string(),
  /** Where the package is put. */
  outPath: z.string(),
});
export type ImportedCheckpoint = z.infer<typeof importedCheckpointSchema>;

/** What the engine's import is watched and stopped with. */
export type ImportWork = Pick<JobWork, 'signal' | 'report'>;

/** Stages whose progress the engine tells in layers or files. */
const countedStages: ReadonlySet<string> = new Set(['calibrating', 'verifying', 'copying']);

/** Has the engine make a package, and takes it into the model store. @throws EngineError what the engine answers. */
export async function importCheckpoint(
  engine: Engine,
  models: ModelStore,
  checkpoint: ImportedCheckpoint,
  { signal, report }: ImportWork,
): Promise<{ readonly outputPath: string; readonly modelId: string }> {
  await engine.call('import', checkpoint, {
    signal,
    onProgress: ({ stage, item, doneBytes, totalBytes }) =>
      report({
        done: doneBytes,
        total: totalBytes,
        unit: countedStages.has(stage) ? 'items' : 'bytes',
        detail: `${stage} ${item}`.trim(),
      }),
  });
  const model = await models.add(checkpoint.outPath);
  return { outputPath: checkpoint.outPath, modelId: model.id };
}

/** Imports as jobs: one at a time, stopped by the engine, what is half done is removed. */
export class ImportJobs {
  readonly #jobs: Jobs;
  readonly #models: ModelStore;

  constructor(jobs: Jobs, models: ModelStore, engine: Engine) {
    this.#jobs = jobs;
    this.#models = models;
    jobs.register('import-model', {
      work: ({ request, ...work }) =>
        importCheckpoint(engine, models, importedCheckpointSchema.parse(request), work),
      discard: async (_job, request) => {
        const { outPath } = importedCheckpointSchema.parse(request);
        await rm(outPath, { recursive: true, force: true });
      },
    });
  }

  /** @throws EngineError ARGUMENT_INVALID, FOLDER_NOT_FOUND before anything is begun. */
  async start(
    asked: Omit<ImportedCheckpoint, 'outPath' | 'name'> & { readonly name?: string | undefined },
  ): Promise<Job> {
    await requireFolder(asked.basePath);
    if (asked.adaptersPath !== undefined) await requireFolder(asked.adaptersPath);
    const name = asked.name ?? `${checkpointName(asked.adaptersPath ?? asked.basePath)}-${asked.precision}`;
    const outPath = await this.#models.newFolder(safeFileName(name));
    return await this.#jobs.start({ kind: 'import-model', title: name, unit: 'bytes' }, {
      ...asked,
      name,
      outPath,
    } satisfies ImportedCheckpoint);
  }
}

async function requireFolder(folder: string): Promise<void> {
  if (!path.isAbsolute(folder)) {
    throw new EngineError('ARGUMENT_INVALID', `"${folder}" is not an absolute path.`);
  }
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true)
    throw new EngineError('FOLDER_NOT_FOUND', `There is no folder ${folder}.`);
}
