import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, throwIfCancelled } from '../../protocol/errors.ts';
import type {
  Benchmark,
  BenchmarkSample,
  OpenBenchmarkOptions,
  SkipReason,
  TrainingFilter,
} from '../benchmarks/benchmark.ts';
import type { BenchmarkName } from '../../protocol/eval-task.ts';
import { openBenchmark } from '../benchmarks/open-benchmark.ts';
import { countWords } from '../benchmarks/reading/clean-text.ts';
import { Tallies, type Tally } from '../benchmarks/reading/tally.ts';
import { TrainingFile } from './training-file.ts';
import {
  answeringItem,
  croppedAnsweringItem,
  groundingItem,
  listForms,
  planningItem,
  type TrainingForm,
  type TrainingItem,
  verifyingItem,
} from './training-forms.ts';

export interface ConvertBenchmarkOptions extends Omit<OpenBenchmarkOptions, 'dataDir'> {
  /** Default: the one that the data set is for (`defaultForm`). */
  readonly form?: TrainingForm;
  /** What published training runs leave out; `none` keeps all. Default: what the benchmark's settings say. */
  readonly filter?: TrainingFilter | 'none';
  /** Also samples whose video is not there: annotations can be converted before videos are downloaded. */
  readonly withoutVideos?: boolean;
  /** Put before paths of videos. Default: `data`. */
  readonly videoRoot?: string;
  /** Replace a file that is there. */
  readonly force?: boolean;
  /** Called now and then. */
  readonly onProgress?: (progress: { readonly read: number; readonly written: number }) => void;
}

/** What was written, and what was left out for which reasons. */
export interface ConversionReport {
  readonly key: string;
  readonly split: string;
  readonly form: TrainingForm;
  readonly path: string;
  /** Items in the file. */
  readonly written: number;
  readonly skipped: readonly Tally<SkipReason>[];
}

const progressInterval = 1_000;

/**
 * Writes a split of a data set in the reference's processed training form, to `<out>/<key>_<split>_<form>.jsonl` (a
 * JSON list, `.json`, for verifying). Items are streamed; the file has its name only once it is whole.
 *
 * @throws EngineError as `openBenchmark`, and of reading; ARGUMENT_INVALID for a form that the data set does not have;
 *   OUTPUT_EXISTS, OUTPUT_UNWRITABLE, DISK_FULL
 */
export async function convertBenchmark(
  name: BenchmarkName,
  dataDir: string,
  out: string,
  options: ConvertBenchmarkOptions = {},
): Promise<ConversionReport> {
  const { filter, withoutVideos = false, force = false, onProgress, signal } = options;
  const benchmark = await openBenchmark(name, { ...options, dataDir, cleansTexts: true });
  const { key } = benchmark;
  const form = options.form ?? defaultForm(benchmark);
  const isList = listForms.includes(form);
  const fileName = `${key}_${benchmark.split}_${form}.${isList ? 'json' : 'jsonl'}`;
  await makeFolder(out);
  await using file = await TrainingFile.create(path.resolve(out, fileName), {
    form: isList ? 'list' : 'lines',
    force,
  });
  const paths = {
    dataDir: benchmark.dataDir,
    ...(options.videoRoot !== undefined && { videoRoot: options.videoRoot }),
  };
  const limits = filter ?? benchmark.settings.trainingFilter;
  const skips = new Tallies<SkipReason>();
  const guesses: BenchmarkSample[] = [];
  const writeGuesses = async (): Promise<void> => {
    if (guesses.length > 0) await file.write(verifyingItem(guesses.splice(0), paths));
  };
  let read = 0;
  for await (const item of benchmark.samples()) {
    throwIfCancelled(signal);
    if (++read % progressInterval === 0) onProgress?.({ read, written: file.count });
    const sample = item.kind === 'sample' ? item : withoutVideos ? item.sample : undefined;
    if (sample === undefined) {
      if (item.kind === 'skipped') skips.add(item.reason, item.place, item.detail);
      continue;
    }
    const fault = unfit(sample, form, limits);
    if (fault !== undefined) {
      skips.add(fault.reason, sample.place, fault.detail);
      continue;
    }
    if (form === 'verifying') {
      const [last] = guesses;
      const sameItem =
        last?.place.file === sample.place.file && last.place.position === sample.place.position;
      if (!sameItem) await writeGuesses();
      guesses.push(sample);
    } else await file.write(makers[form](sample, paths));
  }
  await writeGuesses();
  if (read === 0) throw new EngineError('ANNOTATIONS_INVALID', `${benchmark.title} holds no annotations.`);
  const filePath = await file.finish();
  onProgress?.({ read, written: file.count });
  return { key, split: benchmark.split, form, path: filePath, written: file.count, skipped: skips.list() };
}

/** The form that a data set is for: role sets by their role, `_crop` sets cropped, others by what they ask. */
export function defaultForm({ key, settings }: Pick<Benchmark, 'key' | 'settings'>): TrainingForm {
  if (/_verify_/.test(key)) return 'verifying';
  if (key === 'mixed_planning') return 'planning';
  if (key.endsWith('_crop')) return 'answering-crop';
  return settings.kind === 'grounding' ? 'grounding' : 'answering';
}

const makers: Readonly<
  Record<
    Exclude<TrainingForm, 'verifying'>,
    (sample: BenchmarkSample, paths: { readonly dataDir: string }) => TrainingItem
  >
> = {
  grounding: groundingItem,
  planning: planningItem,
  answering: answeringItem,
  'answering-crop': croppedAnsweringItem,
};

/** Why a sample cannot be trained on in a form, or is left out by the filter. */
function unfit(
  sample: BenchmarkSample,
  form: TrainingForm,
  filter: TrainingFilter | 'none',
): { readonly reason: SkipReason; readonly detail: string } | undefined {
  const { answer, durationSec, query, question, route, spans, verification } = sample;
  const hasSpans = (spans ?? []).length > 0;
  const needsSpans = form === 'grounding' || form === 'verifying' || form === 'answering-crop';
  if (needsSpans && !hasSpans) return { reason: 'spans-missing', detail: 'There are no true moments' };
  if (form === 'verifying' && verification === undefined) {
    return { reason: 'field-missing', detail: 'There are no guesses to verify' };
  }
  if (form === 'planning' && route === undefined)
    return { reason: 'field-missing', detail: 'There is no route' };
  if (form.startsWith('answering') && answer === undefined) {
    return { reason: 'answer-missing', detail: 'There is no answer' };
  }
  if (filter === 'none') return undefined;
  const shown = {
    grounding: [query],
    verifying: [query],
    planning: [question, query],
    answering: [question, answer],
    'answering-crop': [question, answer],
  }[form];
  const words = shown.reduce((sum, text) => sum + countWords(text ?? ''), 0);
  if (words > filter.maxWords) return { reason: 'filtered-out', detail: `The texts have ${words} words` };
  const inRange =
    durationSec === undefined || (durationSec >= filter.minVideoSec && durationSec <= filter.maxVideoSec);
  return inRange ? undefined : { reason: 'filtered-out', detail: `The video takes ${durationSec} s` };
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError('OUTPUT_UNWRITABLE', `The folder ${folder} cannot be made: ${reason}`, {
      cause: error,
    });
  }
}
