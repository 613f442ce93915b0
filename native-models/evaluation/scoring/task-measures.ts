import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { BenchmarkName, TaskMetric } from '../../protocol/eval-task.ts';
import { ownMetrics } from '../../protocol/eval-task.ts';
import { answerText } from '../metrics/tagged-reply.ts';
import { measureText } from '../metrics/text-measures.ts';
import { matchedPart } from '../tasks/task-fields.ts';
import { IssueLog } from './issue-log.ts';
import type { ReportIssue } from './prediction-sample.ts';
import { readObjects } from './prediction-files.ts';

type OwnMetric = Exclude<TaskMetric, string>;
type CommandMetric = Extract<OwnMetric, { readonly command: readonly string[] }>;
type Fields = Readonly<Record<string, unknown>>;

/** What a sample is worth by the measures of its task, 0 to 1 each; absent by those in which it takes no part. */
export type TaskValues = Readonly<Record<string, number>>;

/** Measures the samples of one's own task. */
export interface TaskMeasures {
  readonly names: readonly string[];
  of(fields: Fields, report: ReportIssue): TaskValues;
}

/**
 * The measures of a task; none for benchmarks that have but the usual ones.
 * @param valuesPath what commands said, lines of `{key, value}`
 * @throws EngineError CANCELLED
 */
export async function taskMeasures(
  benchmark: BenchmarkName,
  valuesPath: string | undefined,
  signal?: AbortSignal,
): Promise<TaskMeasures | undefined> {
  const metrics = ownMetrics(benchmark);
  if (metrics.length === 0 || typeof benchmark === 'string') return undefined;
  const pattern = benchmark.parser?.text;
  const said =
    valuesPath === undefined ? new Map<string, number | null>() : await readValues(valuesPath, signal);
  return {
    names: metrics.map(({ name }) => name),
    of: (fields, report) => {
      const line = measuredLine(fields, pattern);
      if (line === undefined) return {};
      const values = metrics.flatMap((metric): [string, number][] => {
        const value = 'use' in metric ? valueOfWords(metric, line) : said.get(metricKey(metric, line));
        if (value === undefined && 'command' in metric) {
          report(
            'missing-measure',
            `${metric.name} is counted by a command, which has not been run on this reply.`,
          );
        }
        return value === undefined || value === null ? [] : [[metric.name, value]];
      });
      return Object.fromEntries(values);
    },
  };
}

/** What a command is given of a sample. */
export interface MeasuredLine {
  readonly id: string;
  readonly category: readonly string[];
  readonly question?: string;
  readonly options?: readonly unknown[];
  readonly answer?: string;
  readonly letter?: string;
  /** What of the reply is read; empty for a sample that failed. */
  readonly reply: string;
  readonly moments?: unknown;
  readonly true_moments?: unknown;
}

/** A sample as measures see it; undefined where nothing was asked of it. */
export function measuredLine(fields: Fields, pattern: string | undefined): MeasuredLine | undefined {
  const { id, task, question, query, options, answer, ans, response, pred, span, error } = fields;
  const hasReply = typeof response === 'string';
  if (!hasReply && pred === undefined) return undefined;
  const whole = hasReply && error === undefined ? answerText(response) : '';
  const asked = typeof question === 'string' ? question : query;
  return {
    // What others wrote may number its samples.
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : '',
    category: [task ?? []].flat().map(String),
    ...(typeof asked === 'string' && { question: asked }),
    ...(Array.isArray(options) && { options }),
    ...(typeof answer === 'string' && { answer }),
    ...(typeof ans === 'string' && { letter: ans }),
    reply: pattern === undefined ? whole : (matchedPart(whole, pattern) ?? ''),
    ...(pred !== undefined && { moments: pred }),
    ...(span !== undefined && { true_moments: span }),
  };
}

/** Tells one answer of one command from all others: another reply, truth or command has another key. */
export function metricKey({ command }: CommandMetric, line: MeasuredLine): string {
  return createHash('sha256')
    .update(JSON.stringify([command, line]))
    .digest('base64url')
    .slice(0, 32);
}

function valueOfWords(
  metric: Extract<OwnMetric, { readonly use: string }>,
  { answer, reply }: MeasuredLine,
): number | undefined {
  return answer === undefined ? undefined : measureText(metric.use, reply, answer, metric);
}

async function readValues(
  path: string,
  signal: AbortSignal | undefined,
): Promise<Map<string, number | null>> {
  const values = new Map<string, number | null>();
  // What cannot be read is a value that is missing, which is told of its sample.
  const issues = new IssueLog();
  for await (const batch of readObjects(path, basename(path), issues, signal)) {
    for (const { fields } of batch) {
      const { key, value } = fields;
      if (typeof key === 'string' && (typeof value === 'number' || value === null)) values.set(key, value);
    }
  }
  return values;
}
