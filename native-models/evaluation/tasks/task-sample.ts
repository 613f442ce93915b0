import { z } from 'zod';
import type { EvalTask, TaskSample } from '../../protocol/eval-task.ts';
import { optionsProblem, readOptionTruth } from '../benchmarks/reading/option-truth.ts';
import type { AnnotationPlace, JsonValue, Span } from '../benchmarks/benchmark.ts';
import type { Draft, SampleDraft } from '../benchmarks/data-set.ts';
import { answerByLetter, answerByText } from '../benchmarks/reading/answer-by-text.ts';
import { durationSchema, idSchema, skip, spanSchema } from '../benchmarks/reading/item-drafts.ts';
import type { Durations } from '../benchmarks/reading/keyed-items.ts';
import { secondsOf } from '../benchmarks/reading/seconds.ts';
import { changed, FieldFault, readField, readText } from './task-fields.ts';
import type { TaskItem } from './task-fields.ts';

/** What is known beside an item. */
export interface TaskItemContext {
  readonly task: EvalTask;
  readonly place: AnnotationPlace;
  /** Of the file that durations are looked up in. */
  readonly durations?: Durations | undefined;
  readonly truthIsWithheld: boolean;
}

/** Cells of a table are texts; numbers in them are times as people write them. */
const seconds = z.union([
  z.number(),
  z.string().transform((text, context) => {
    const value = secondsOf(text);
    if (value === undefined) context.addIssue(`"${text}" is no time`);
    return value ?? 0;
  }),
]);
const duration = seconds.pipe(durationSchema);
const spansOrOne: z.ZodType<readonly Span[]> = z.union([
  z.array(spanSchema).min(1),
  spanSchema.transform((span) => [span]),
]);
/** A cell holds several options with a bar between them. */
const optionList = z.union([
  z.array(z.unknown()).min(1),
  z.string().transform((text) => text.split('|').map((option) => option.trim())),
]);

/** The sample of an item as its task says, or why there is none. */
export function draftOfItem(item: TaskItem, context: TaskItemContext): Draft {
  try {
    return readDraft(item, context);
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    return skip(context.place, error.reason, error.message);
  }
}

function readDraft(item: TaskItem, { task, place, durations, truthIsWithheld }: TaskItemContext): Draft {
  const { sample } = task;
  const id = sample.id === undefined ? undefined : readText(item, sample.id);
  const videos = [sample.video].flat().map((video) => readText(item, video) ?? '');
  const durationSec = readDuration(item, sample, durations);
  const query = sample.query === undefined ? undefined : readText(item, sample.query);
  const question = sample.question === undefined ? undefined : readText(item, sample.question);
  const options = readOptions(item, sample.options);
  // Published sets are asked as they are, whatever `ask` would say to their options.
  const problem = options && task.fixed === undefined ? optionsProblem(options) : undefined;
  if (problem !== undefined) throw new FieldFault('options-invalid', problem);
  const truth = truthIsWithheld ? {} : readTruth(item, sample.answer, options);
  const spans = readMoments(item, sample.moments, truthIsWithheld);
  const categories = [sample.category ?? []].flat().flatMap((field) => readText(item, field) ?? []);
  const subtitles = sample.subtitles === undefined ? undefined : readText(item, sample.subtitles);
  const extra = readExtra(item, sample.extra);
  return {
    kind: 'draft',
    place,
    ...(id !== undefined && { id }),
    videos,
    ...(sample.duration !== undefined && { durationSec }),
    ...(query !== undefined && { query }),
    ...(question !== undefined && { question }),
    ...(options !== undefined && { options }),
    ...truth,
    ...(spans !== undefined && { spans }),
    ...(categories.length > 0 && { categories }),
    ...(subtitles !== undefined && { subtitles }),
    ...(extra !== undefined && { extra }),
  };
}

function readDuration(
  item: TaskItem,
  { duration: field }: TaskSample,
  durations: Durations | undefined,
): number | undefined {
  if (field === undefined) return undefined;
  if (typeof field === 'string') return readField(item, field, { schema: duration });
  const name = readText(item, field.of);
  const found = name === undefined ? undefined : durations?.get(name);
  if (found !== undefined) return found;
  throw new FieldFault('duration-missing', `${field.in} has no duration of ${String(name)}`);
}

function readOptions(item: TaskItem, field: TaskSample['options']): readonly string[] | undefined {
  if (field === undefined) return undefined;
  if (Array.isArray(field)) return field.map((one) => readText(item, one) ?? '');
  if (typeof field === 'object' && 'always' in field) return field.always;
  const { from, change } = typeof field === 'string' ? { from: field } : field;
  const each = typeof field === 'object' && 'each' in field ? field.each : undefined;
  const list = readField(item, from, { schema: optionList });
  return list?.map((one, index) => {
    const value = each === undefined ? one : (one as Record<string, unknown> | null)?.[each];
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new FieldFault('field-invalid', `${from}.${index}: is no text`);
    }
    return changed(String(value), change);
  });
}

function readTruth(
  item: TaskItem,
  field: TaskSample['answer'],
  options: readonly string[] | undefined,
): Pick<SampleDraft, 'answer' | 'answerLetter' | 'notes'> {
  if (field === undefined) return {};
  const { from, as = 'either', change, letter } = typeof field === 'string' ? { from: field } : field;
  const answer = readText(item, { from, change }, { schema: idSchema, missing: 'answer-missing' });
  if (answer === undefined) return {};
  if (letter !== undefined) {
    const answerLetter = readText(item, letter, { schema: idSchema, missing: 'answer-missing' });
    return { answer, ...(answerLetter !== undefined && { answerLetter }) };
  }
  if (options === undefined) return { answer };
  if (as === 'text') return answerByText(answer, options);
  if (as === 'either') return readOptionTruth(answer, options);
  const truth = answerByLetter(answer, options);
  if (truth.answerLetter !== undefined) return truth;
  throw new FieldFault('answer-missing', `${from} is ${answer}, which is the letter of no option`);
}

function readMoments(
  item: TaskItem,
  field: TaskSample['moments'],
  truthIsWithheld: boolean,
): readonly Span[] | null | undefined {
  if (field === undefined) return undefined;
  const missing = 'spans-missing' as const;
  if (typeof field === 'object' && 'start' in field) {
    const bounds = [field.start, field.end].map((name) =>
      readField(item, truthIsWithheld ? `${name.replace(/\?$/u, '')}?` : name, { schema: seconds, missing }),
    );
    const [startSec, endSec] = bounds;
    if (startSec === undefined || endSec === undefined) return truthIsWithheld ? null : undefined;
    return [[startSec, endSec]];
  }
  const { from, take = 'all' } = typeof field === 'string' ? { from: field } : field;
  const name = truthIsWithheld ? `${from.replace(/\?$/u, '')}?` : from;
  const spans = readField(item, name, { schema: spansOrOne, missing });
  if (spans !== undefined && spans.length > 1 && take !== 'all') {
    const reason = take === 'single' ? 'several-spans' : 'field-invalid';
    throw new FieldFault(reason, `${from} holds ${spans.length} moments in place of one`);
  }
  return spans ?? (truthIsWithheld ? null : undefined);
}

function readExtra(
  item: TaskItem,
  fields: TaskSample['extra'],
): Readonly<Record<string, JsonValue>> | undefined {
  if (fields === undefined) return undefined;
  const raw: z.ZodType<JsonValue> = z.json();
  const read = Object.entries(fields).flatMap(([name, field]): [string, JsonValue][] => {
    const value = typeof field === 'string' ? readField(item, field, { schema: raw }) : field.always;
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(read);
}
