import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, throwIfCancelled } from '../../protocol/errors.ts';
import { runRecordSchema } from '../../protocol/run-record.ts';
import { type CorrectedRun, trainingItemsOf } from './corrected-runs.ts';
import { TrainingFile } from './training-file.ts';
import { listForms, trainingForms, type TrainingForm } from './training-forms.ts';

/** What was written of corrected runs. */
export interface CorrectedRunsReport {
  readonly runs: number;
  /** Runs that no form had a use for: nothing about them was judged. */
  readonly unused: readonly string[];
  /** Items by form. */
  readonly written: Readonly<Record<TrainingForm, number>>;
  readonly paths: readonly string[];
}

/**
 * Writes corrected runs in the reference's training forms, one file a form in `out`: `corrected_<form>.jsonl`, and
 * `corrected_verifying.json`. Runs are streamed; files have their names only once all are whole.
 *
 * @throws EngineError ARGUMENT_INVALID for what is no run record, OUTPUT_EXISTS, OUTPUT_UNWRITABLE, DISK_FULL, CANCELLED
 */
export async function exportCorrectedRuns(
  runs: AsyncIterable<CorrectedRun> | Iterable<CorrectedRun>,
  out: string,
  options: { readonly force?: boolean; readonly signal?: AbortSignal } = {},
): Promise<CorrectedRunsReport> {
  await mkdir(out, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const files = new Map<TrainingForm, TrainingFile>();
  for (const form of trainingForms) {
    const isList = listForms.includes(form);
    const filePath = path.resolve(out, `corrected_${form}.${isList ? 'json' : 'jsonl'}`);
    const file = await TrainingFile.create(filePath, {
      form: isList ? 'list' : 'lines',
      force: options.force ?? false,
    });
    files.set(form, stack.use(file));
  }
  const unused: string[] = [];
  let count = 0;
  for await (const run of runs) {
    throwIfCancelled(options.signal);
    count++;
    const record = runRecordSchema.safeParse(run.record);
    if (!record.success) {
      throw new EngineError('ARGUMENT_INVALID', `Run ${run.id} is no run record: ${record.error.message}`);
    }
    const items = trainingItemsOf(run);
    if (Object.keys(items).length === 0) unused.push(run.id);
    for (const [form, file] of files) {
      const item = items[form];
      if (item !== undefined) await file.write(item);
    }
  }
  const written = Object.fromEntries([...files].map(([form, file]) => [form, file.count]));
  const paths: string[] = [];
  for (const file of files.values()) paths.push(await file.finish());
  return { runs: count, unused, written: written as Record<TrainingForm, number>, paths };
}
