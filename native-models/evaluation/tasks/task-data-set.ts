import { posix } from 'node:path';
import { EngineError } from '../../protocol/errors.ts';
import type { EvalTask, TaskSplit } from '../../protocol/eval-task.ts';
import type { BenchmarkKind, SplitName } from '../benchmarks/benchmark.ts';
import type { DataSet, Draft, ReadContext, SettingOverrides, SplitFile } from '../benchmarks/data-set.ts';
import {
  type AnnotationPiece,
  readJsonLines,
  readJsonList,
  readParquetRows,
} from '../benchmarks/reading/annotation-files.ts';
import { skip } from '../benchmarks/reading/item-drafts.ts';
import { readDurations, readKeyedItems } from '../benchmarks/reading/keyed-items.ts';
import { readTableRows } from '../benchmarks/reading/table-rows.ts';
import { draftOfItem } from './task-sample.ts';
import type { TaskItemContext } from './task-sample.ts';

type Form = NonNullable<EvalTask['form']>;

const formsByEnding: Readonly<Record<string, Form>> = {
  ...{ '.json': 'list', '.jsonl': 'lines', '.ndjson': 'lines', '.parquet': 'parquet' },
  ...{ '.csv': 'table', '.tsv': 'table', '.tab': 'table' },
};

/** A task as a data set: it is opened, run and scored like any other. */
export function taskDataSet(task: EvalTask): DataSet {
  const { task: key, title = key, fixed, dropsMissingVideos } = task;
  const splits = splitFiles(task, task.splits);
  const [first = 'test'] = Object.keys(splits) as SplitName[];
  return {
    key,
    title,
    kind: task.kind ?? kindOf(task),
    splits,
    ...(task.publishedSplits !== undefined && { publishedSplits: splitFiles(task, task.publishedSplits) }),
    defaultSplit: task.defaultSplit ?? (splits.test === undefined ? first : 'test'),
    ...(fixed === undefined ? { asksAsPackaged: true } : { overrides: fixed as SettingOverrides }),
    ...(dropsMissingVideos === true && { dropsMissingVideos }),
    read: (context) => readTask(task, context),
  };
}

function kindOf({ sample: { question, moments } }: EvalTask): BenchmarkKind {
  if (question === undefined) return 'grounding';
  return moments === undefined ? 'answers' : 'grounded-answers';
}

function splitFiles(task: EvalTask, splits: EvalTask['splits']): DataSet['splits'] {
  return Object.fromEntries(
    Object.entries(splits).map(([name, written]) => [name, splitFile(task, name, written)]),
  );
}

function splitFile(task: EvalTask, key: string, written: TaskSplit): SplitFile {
  const {
    files,
    name = key,
    ...rest
  } = typeof written === 'string' || Array.isArray(written) ? { files: [written].flat() } : written;
  const lengths = durationsFile(task);
  return { name, files: lengths === undefined ? files : [...files, lengths], ...rest } as SplitFile;
}

function durationsFile({ sample: { duration } }: EvalTask): string | undefined {
  return typeof duration === 'object' ? duration.in : undefined;
}

async function* readTask(task: EvalTask, context: ReadContext): AsyncGenerator<Draft> {
  const lengths = durationsFile(task);
  const durations = lengths === undefined ? undefined : await readDurations(context, lengths);
  const truthIsWithheld = context.splitFile.truth === 'withheld';
  const files = lengths === undefined ? context.splitFile.files : context.splitFile.files.slice(0, -1);
  for (const file of files) {
    for await (const piece of readPieces(task, context, file)) {
      if ('fault' in piece) yield skip(piece.place, 'broken-line', piece.fault);
      else yield* draftsOf(piece.value, file, { task, place: piece.place, durations, truthIsWithheld });
    }
  }
}

function readPieces(task: EvalTask, context: ReadContext, file: string): AsyncIterable<AnnotationPiece> {
  const form = task.form ?? formsByEnding[posix.extname(file).toLowerCase()];
  if (form === 'list') return readJsonList(context, file);
  if (form === 'lines') return readJsonLines(context, file);
  if (form === 'object') return readKeyedItems(context, file);
  if (form === 'table') return readTableRows(context, file);
  if (form === 'parquet') return readParquetRows(context, file);
  throw new EngineError(
    'TASK_INVALID',
    `Task ${task.task}: what form ${file} has cannot be told by its name.`,
    {
      remedy: 'Say it in the task: form: list, object, lines, table or parquet.',
    },
  );
}

/** The samples of an item: one, or as many as its list holds, each with the item's own fields too. */
function* draftsOf(value: unknown, file: string, context: TaskItemContext): Generator<Draft> {
  const { task, place } = context;
  const isKeyed = task.form === 'object' && isRecord(value);
  const item = isKeyed ? value['entry'] : value;
  if (!isRecord(item)) {
    yield skip(place, 'field-invalid', 'The item is no object');
    return;
  }
  const fields = {
    ...item,
    '@file': posix.basename(file, posix.extname(file)),
    ...(isKeyed && { '@key': value['key'] }),
  };
  if (task.each === undefined) {
    yield draftOfItem(fields, context);
    return;
  }
  const list = item[task.each];
  if (!Array.isArray(list)) {
    yield skip(place, 'field-missing', `${task.each} is no list`);
    return;
  }
  for (const one of list as readonly unknown[]) {
    yield isRecord(one)
      ? draftOfItem({ ...fields, ...one }, context)
      : skip(place, 'field-invalid', `${task.each} holds what is no object`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
