import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, throwIfCancelled } from '../../protocol/errors.ts';
import type { EvalExportRunsRequest, EvalExportRunsResult } from '../../protocol/eval-runs.ts';
import { groundingItemOf, trainingItemsOf } from './corrected-runs.ts';
import { TrainingFile } from './training-file.ts';
import { listForms, trainingForms, type TrainingForm, type TrainingItem } from './training-forms.ts';

/**
 * Writes corrected runs, and moments that were marked without one, in the reference's training forms: a folder for each form that
 * there is something of, as training names them, with `corrected.jsonl` (`corrected.json` of verifying) in it. Files have their
 * names only once all are whole. With `force`, what an earlier export left of forms that are empty now goes.
 *
 * @throws EngineError OUTPUT_EXISTS, OUTPUT_UNWRITABLE, DISK_FULL, CANCELLED
 */
export async function exportCorrectedRuns(
  { runs, moments, outPath, force }: EvalExportRunsRequest,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<EvalExportRunsResult> {
  const before: TrainingForm[] = [];
  for (const form of trainingForms) if (await isFile(pathOf(outPath, form))) before.push(form);
  const [first] = before;
  if (first !== undefined && !force) {
    throw new EngineError('OUTPUT_EXISTS', `${pathOf(outPath, first)} is there already.`, {
      remedy: 'Choose another folder, or replace the files with --force.',
    });
  }
  await using stack = new AsyncDisposableStack();
  const files = new Map<TrainingForm, TrainingFile>();
  const write = async (form: TrainingForm, item: TrainingItem): Promise<void> => {
    let file = files.get(form);
    if (file === undefined) {
      const filePath = pathOf(outPath, form);
      await mkdir(path.dirname(filePath), { recursive: true });
      const kind = listForms.includes(form) ? 'list' : 'lines';
      file = stack.use(await TrainingFile.create(filePath, { form: kind, force }));
      files.set(form, file);
    }
    await file.write(item);
  };
  const unused: string[] = [];
  for (const run of runs) {
    throwIfCancelled(signal);
    const items = trainingItemsOf(run);
    if (Object.keys(items).length === 0) unused.push(run.id);
    for (const form of trainingForms) {
      const item = items[form];
      if (item !== undefined) await write(form, item);
    }
  }
  for (const marked of moments) await write('grounding', groundingItemOf(marked));
  const written = Object.fromEntries(trainingForms.map((form) => [form, files.get(form)?.count ?? 0]));
  const paths: string[] = [];
  for (const file of files.values()) paths.push(await file.finish());
  for (const form of before) if (!files.has(form)) await rm(pathOf(outPath, form), { force: true });
  return { runs: runs.length, unused, written, paths };
}

function pathOf(outPath: string, form: TrainingForm): string {
  return path.resolve(outPath, form, `corrected.${listForms.includes(form) ? 'json' : 'jsonl'}`);
}

function isFile(filePath: string): Promise<boolean> {
  return stat(filePath).then(
    (found) => found.isFile(),
    () => false,
  );
}
