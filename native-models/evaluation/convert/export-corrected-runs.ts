import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { throwIfCancelled } from '../../protocol/errors.ts';
import type { EvalExportRunsRequest, EvalExportRunsResult } from '../../protocol/eval-runs.ts';
import { groundingItemOf, trainingItemsOf } from './corrected-runs.ts';
import { TrainingFile } from './training-file.ts';
import { listForms, trainingForms, type TrainingForm } from './training-forms.ts';

/**
 * Writes corrected runs, and moments that were marked without one, in the reference's training forms, one file a form:
 * `corrected_<form>.jsonl`, and `corrected_verifying.json`. Files have their names only once all are whole.
 *
 * @throws EngineError OUTPUT_EXISTS, OUTPUT_UNWRITABLE, DISK_FULL, CANCELLED
 */
export async function exportCorrectedRuns(
  { runs, moments, outPath, force }: EvalExportRunsRequest,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<EvalExportRunsResult> {
  await mkdir(outPath, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const files = new Map<TrainingForm, TrainingFile>();
  for (const form of trainingForms) {
    const isList = listForms.includes(form);
    const filePath = path.resolve(outPath, `corrected_${form}.${isList ? 'json' : 'jsonl'}`);
    files.set(
      form,
      stack.use(await TrainingFile.create(filePath, { form: isList ? 'list' : 'lines', force })),
    );
  }
  const unused: string[] = [];
  for (const run of runs) {
    throwIfCancelled(signal);
    const items = trainingItemsOf(run);
    if (Object.keys(items).length === 0) unused.push(run.id);
    for (const [form, file] of files) {
      const item = items[form];
      if (item !== undefined) await file.write(item);
    }
  }
  for (const marked of moments) await files.get('grounding')?.write(groundingItemOf(marked));
  const written = Object.fromEntries([...files].map(([form, file]) => [form, file.count]));
  const paths: string[] = [];
  for (const file of files.values()) paths.push(await file.finish());
  return { runs: runs.length, unused, written, paths };
}
