import { z } from 'zod';

/** Splits that can be asked for. */
export const splitSchema = z.enum(['train', 'valid', 'test']);

/** Text that is there. */
const text = z.string().min(1);

/** A pattern with one group, as JavaScript writes them. */
const pattern = text.refine(isPattern, { message: 'is no regular expression with a group' });

/** What may be done to a text before it is used, in turn. */
const changeSchema = z.union([
  /** The first character in upper case. */
  z.literal('capitalize'),
  /** Without its first characters. */
  z.strictObject({ drop: z.number().int().positive() }),
  /** Only what stands before this. */
  z.strictObject({ before: text }),
  /** Only what the group of a pattern matches; a text that does not match stays as it is. */
  z.strictObject({ match: pattern }),
]);
export type TextChange = z.infer<typeof changeSchema>;

/**
 * Where a value is: the name of a field (`a.b` of one within another), or a text with fields in braces
 * (`clips/{video}.mp4`). A `?` behind a name: it may be missing. `@file` is the annotation file's name without its ending, `@key`
 * a name in an object of items.
 */
const fieldSchema = z.union([
  text,
  z.strictObject({ from: text, change: z.array(changeSchema).min(1).optional() }),
]);
export type TaskField = z.infer<typeof fieldSchema>;

/** Options: a field that lists them, a field for each, or the same for every question. */
const optionsSchema = z.union([
  fieldSchema,
  z.array(text).min(2),
  z.strictObject({
    from: text,
    /** Items of the list are objects that hold it under this name. */
    each: text.optional(),
    change: z.array(changeSchema).min(1).optional(),
  }),
  z.strictObject({ always: z.array(text).min(2).max(26) }),
]);

/** The right answer: its text, its letter, or either where only a name is given. */
const answerSchema = z.union([
  text,
  z.strictObject({
    from: text,
    /** Default: either, the text first. */
    as: z.enum(['text', 'letter', 'either']).optional(),
    change: z.array(changeSchema).min(1).optional(),
    /** A field that holds the letter beside the text. */
    letter: text.optional(),
  }),
]);

/** The true moments in seconds: a field with `[start, end]` or a list of them, or two fields. */
const momentsSchema = z.union([
  text,
  z.strictObject({
    from: text,
    /** Of several: `all` count, more than `one` is an error of the file, or only queries with a `single` one belong to the set. Default: all. */
    take: z.enum(['all', 'one', 'single']).optional(),
  }),
  z.strictObject({ start: text, end: text }),
]);

const sampleSchema = z.strictObject({
  /** Default: the place in the file. */
  id: fieldSchema.optional(),
  /** Path below the data folder; the first of several that is there is taken. */
  video: z.union([text, z.array(text).min(1)]),
  /** In seconds; or a field whose value is looked up in a JSON object of lengths. */
  duration: z.union([text, z.strictObject({ of: text, in: text })]).optional(),
  /** What is looked for, and what is asked. */
  query: fieldSchema.optional(),
  question: fieldSchema.optional(),
  options: optionsSchema.optional(),
  answer: answerSchema.optional(),
  moments: momentsSchema.optional(),
  /** What figures are broken down by. */
  category: z.union([fieldSchema, z.array(fieldSchema).min(1)]).optional(),
  subtitles: text.optional(),
  /** What else goes into predictions: fields as they are, or `{ always: value }`. */
  extra: z.record(text, z.union([text, z.strictObject({ always: z.json() })])).optional(),
});
export type TaskSample = z.infer<typeof sampleSchema>;

/** A split: its annotation files, or these and what is special about them. */
const taskSplitSchema = z.union([
  text,
  z.array(text).min(1),
  z.strictObject({
    files: z.array(text).min(1),
    /** The split's name in the benchmark's own files. */
    name: text.optional(),
    truth: z.literal('withheld').optional(),
    /** Why it is refused unless asked for on purpose. */
    refusal: text.optional(),
  }),
]);
export type TaskSplit = z.infer<typeof taskSplitSchema>;

/** Measures of answers in words, by name. */
export const textMeasures = ['exact-match', 'contains', 'number', 'word-f1', 'rouge'] as const;
export type TextMeasure = (typeof textMeasures)[number];

/** A measure that a task is reported by. */
const metricSchema = z.union([
  /** One that every run has, such as `R1@0.5`, `mIoU`, `Acc`. */
  text,
  z.strictObject({
    name: text,
    use: z.enum(textMeasures),
    /** `number`: how far off is still right. */
    within: z.number().nonnegative().optional(),
  }),
  /** A program that reads lines and writes lines; never run unless that is allowed on the command line. */
  z.strictObject({ name: text, command: z.array(text).min(1) }),
]);
export type TaskMetric = z.infer<typeof metricSchema>;

const splitsSchema = z.partialRecord(splitSchema, taskSplitSchema);

/** A benchmark as data: where its annotations lie, how they are read, asked and scored. */
export const evalTaskSchema = z
  .strictObject({
    /** Its name in results, such as `shapes`. */
    task: text.regex(/^[a-z][a-z0-9_-]*$/u, 'is small letters, digits, - and _'),
    /** As people write it; default: its name. */
    title: text.optional(),
    /** What is scored. Default: by what samples have. */
    kind: z.enum(['grounding', 'grounded-answers', 'answers']).optional(),
    splits: splitsSchema.refine((splits) => Object.keys(splits).length > 0, { message: 'names no split' }),
    /** Splits that published figures read from other files. */
    publishedSplits: splitsSchema.optional(),
    defaultSplit: splitSchema.optional(),
    /** Default: by the ending of the file's name. */
    form: z.enum(['list', 'object', 'lines', 'table', 'parquet']).optional(),
    /** Items hold several samples: the field that lists them. */
    each: text.optional(),
    sample: sampleSchema,
    /** Samples whose video is missing are no part of the set. */
    dropsMissingVideos: z.boolean().optional(),
    /** The same frames and tokens for every model; left out: each package is asked with its own, as `ask` does. */
    fixed: z
      .strictObject({
        roundingUnitSec: z.number().positive().optional(),
        minMomentSec: z.number().positive().optional(),
        minMomentShare: z.number().positive().max(1).optional(),
        minTokens: z.number().int().positive().optional(),
        maxTokens: z.number().int().positive().optional(),
        maxFrames: z.number().int().positive().optional(),
      })
      .optional(),
    /** Settings of `eval run`, by the names of `--set`; what the command line says comes first. */
    ask: z.record(text, z.union([z.string(), z.number(), z.boolean()])).optional(),
    parser: z
      .strictObject({
        /** A choice is heard by its letter alone, or as `ask` hears it, in the option's own words too. */
        choice: z.enum(['letter', 'option']).optional(),
        /** What of a reply the measures of words read: the group of this pattern. */
        text: pattern.optional(),
      })
      .optional(),
    /** Default: the usual ones for what samples have. */
    metrics: z
      .array(metricSchema)
      .min(1)
      .refine((all) => new Set(all.map(metricName)).size === all.length, { message: 'have one name twice' })
      .optional(),
    /** Whether a judge decides on open answers. Default: where no measure of the task's own does. */
    judge: z.boolean().optional(),
  })
  .refine(({ sample }) => sample.query !== undefined || sample.question !== undefined, {
    message: 'has neither query nor question',
    path: ['sample'],
  })
  .refine(({ sample }) => sample.moments !== undefined || sample.answer !== undefined, {
    message: 'has neither moments nor an answer: there is nothing to score',
    path: ['sample'],
  })
  .refine(({ splits, defaultSplit }) => defaultSplit === undefined || splits[defaultSplit] !== undefined, {
    message: 'is none of the splits',
    path: ['defaultSplit'],
  });
export type EvalTask = z.infer<typeof evalTaskSchema>;

/** A benchmark by its key, or one's own as its file describes it. */
export const benchmarkNameSchema = z.union([z.string(), evalTaskSchema]);
export type BenchmarkName = z.infer<typeof benchmarkNameSchema>;

/** The key under which results of a benchmark are known. */
export function benchmarkKey(name: BenchmarkName): string {
  return typeof name === 'string' ? name : name.task;
}

/** What a measure is called in reports. */
export function metricName(metric: TaskMetric): string {
  return typeof metric === 'string' ? metric : metric.name;
}

/** Measures of the task's own: those that are no column of the usual tables. */
export function ownMetrics(name: BenchmarkName): readonly Exclude<TaskMetric, string>[] {
  if (typeof name === 'string') return [];
  return (name.metrics ?? []).flatMap((metric) => (typeof metric === 'string' ? [] : [metric]));
}

/** What is wrong with a task: each field by its name, and why. */
export function taskFaults(error: z.ZodError): string[] {
  return error.issues.flatMap((issue) => {
    const nested = issue.code === 'invalid_union' ? deepest(issue.errors) : [issue];
    return nested.map((one) => {
      const field = [...issue.path, ...(one === issue ? [] : one.path)].join('.');
      return field === '' ? reasonOf(one) : `${field}: ${reasonOf(one)}`;
    });
  });
}

/** Why a field is refused, in words for who writes it: the schema's own speak of what it received. */
function reasonOf({ code, message }: z.core.$ZodIssue): string {
  const isMissing = code === 'invalid_type' && message.endsWith('received undefined');
  return isMissing ? 'missing' : message.replace(/^Invalid input: /u, '');
}

/** Of several readings of a value the one that came farthest: that is what was meant. */
function deepest(readings: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const depth = (issues: readonly z.core.$ZodIssue[]): number =>
    Math.max(0, ...issues.map(({ path, code }) => path.length + (code === 'unrecognized_keys' ? 1 : 0)));
  return readings.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? [];
}

function isPattern(source: string): boolean {
  try {
    // An empty alternative matches anything, so that groups can be counted.
    return (new RegExp(`${source}|`, 'u').exec('')?.length ?? 0) > 1;
  } catch {
    return false;
  }
}
