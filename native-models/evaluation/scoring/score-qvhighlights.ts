import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { EngineError } from '../../protocol/errors.ts';
import type { EvalScoreProgress, EvalScoreResult } from '../../protocol/eval-score.ts';
import type { Span } from '../metrics/spans.ts';
import { scoredBenchmark } from './benchmarks.ts';
import { IssueLog } from './issue-log.ts';
import type { Place } from './issue-log.ts';
import type { FoundObject } from './prediction-files.ts';
import { predictionFiles, readObjects } from './prediction-files.ts';
import type { ReportIssue } from './prediction-sample.ts';
import type { Annotation, FileContents, Submission } from './qvhighlights-files.ts';
import {
  annotationContents,
  queryKey,
  readAnnotation,
  readSubmission,
  submissionContents,
} from './qvhighlights-files.ts';
import { highlightMetrics, retrievalMetrics } from './qvhighlights-metrics.ts';

export interface ScoreQvHighlightsOptions {
  readonly signal?: AbortSignal | undefined;
  /** After each megabyte or so. */
  readonly onProgress?: ((progress: EvalScoreProgress) => void) | undefined;
}

/**
 * Scores QVHighlights predictions against their annotations. `metrics` are what the reference's scorer writes (reference
 * metrics notes, "QVHighlights scorer"). Where it dies, the query is named and counts as a miss: no prediction, no windows,
 * no truth. A prediction for no annotated query is left out and named.
 *
 * @param predictionsPath a submission in JSONL, or a folder of them, which are pooled
 * @param annotationsPath `highlight_*_release.jsonl`
 * @throws EngineError PREDICTIONS_NOT_FOUND, ANNOTATIONS_NOT_FOUND, TRUTH_MISSING when no query has a truth, CANCELLED
 */
export async function scoreQvHighlights(
  predictionsPath: string,
  annotationsPath: string,
  options: ScoreQvHighlightsOptions = {},
): Promise<EvalScoreResult> {
  const issues = new IssueLog();
  const annotated = await readAnnotations(annotationsPath, issues, options.signal);
  const files = await submissionFiles(predictionsPath, issues);
  const slackSec = scoredBenchmark('qvhighlights').timeUnitSec;
  const predicted = new Map<string, Submission[]>();
  let taken: FileContents | undefined;
  let samples = 0;
  for (const path of files) {
    for await (const batch of readObjects(path, basename(path), issues, options.signal)) {
      for (const { place, fields } of batch) {
        samples++;
        taken ??= both(annotated.contents, submissionContents(fields));
        const key = queryKey(fields);
        const annotation = key === undefined ? undefined : annotated.queries.get(key)?.at(-1);
        if (key === undefined || annotation === undefined) {
          issues.add('unknown-query', place, `"qid" ${key ?? '(none)'} is not annotated.`);
          continue;
        }
        const report = reporter(issues, place);
        const submission = readSubmission(fields, taken, report);
        reportBeyond(submission, annotation, slackSec, report);
        if (append(predicted, key, submission) > 1)
          report('duplicate-sample', `"qid" ${key} was predicted before.`);
      }
      options.onProgress?.({ file: basename(path), samples });
    }
  }
  if (taken === undefined) {
    throw new EngineError('PREDICTIONS_NOT_FOUND', `${predictionsPath} holds no predictions.`);
  }
  for (const key of annotated.queries.keys()) {
    if (!predicted.has(key))
      issues.add('missing-prediction', { file: predictionsPath }, `"qid" ${key} is not predicted.`);
  }
  const metrics = measure(annotated.queries, predicted, taken, (range) => {
    issues.add(
      'empty-range',
      { file: annotationsPath },
      `No true window is ${range}; the full set stands in.`,
    );
  });
  const listed = issues.list();
  const unreadable = listed.filter(({ kind }) => kind === 'broken-json' || kind === 'not-a-sample');
  const broken = [...predicted.values()].filter((all) => all.some((one) => one.windows === undefined)).length;
  return {
    benchmark: 'qvhighlights',
    metrics,
    coverage: {
      files: files.length,
      samples,
      unreadable: unreadable.reduce((sum, issue) => sum + issue.count, 0),
      grounding: {
        scored: annotated.queries.size,
        failed: taken.windows ? broken : 0,
        notGrounded: annotated.queries.size - predicted.size,
      },
      answers: { scored: 0, failed: 0, unanswered: 0 },
    },
    issues: listed,
    trustworthy: issues.trustworthy,
  };
}

function measure(
  annotated: ReadonlyMap<string, readonly Annotation[]>,
  predicted: ReadonlyMap<string, readonly Submission[]>,
  taken: FileContents,
  reportEmptyRange: (range: string) => void,
): NonNullable<EvalScoreResult['metrics']> {
  const queries = [...annotated].map(([key, annotations]) => ({
    annotations,
    submissions: predicted.get(key) ?? [],
  }));
  const metrics: NonNullable<EvalScoreResult['metrics']> = {};
  const brief: Record<string, number> = {};
  if (taken.windows) {
    const retrieval = retrievalMetrics(
      queries.map(({ annotations, submissions }) => ({
        predictions: submissions.map((one) => one.windows ?? []),
        truths: annotations.map((one): readonly Span[] => one.windows ?? []),
      })),
    );
    Object.assign(metrics, retrieval.metrics);
    Object.assign(brief, retrieval.brief);
    retrieval.emptyRanges.forEach(reportEmptyRange);
  }
  if (taken.saliency) {
    const highlights = highlightMetrics(
      queries.flatMap(({ annotations, submissions }) => {
        const truth = annotations.at(-1)?.highlights;
        const saliency = submissions.at(-1)?.saliency;
        return truth === undefined
          ? []
          : [{ ...truth, ...(saliency === undefined ? {} : { predicted: saliency }) }];
      }),
    );
    Object.assign(metrics, highlights.metrics);
    Object.assign(brief, highlights.brief);
  }
  return { brief, ...metrics };
}

async function readAnnotations(
  path: string,
  issues: IssueLog,
  signal: AbortSignal | undefined,
): Promise<{
  readonly queries: ReadonlyMap<string, readonly Annotation[]>;
  readonly contents: FileContents;
}> {
  const queries = new Map<string, Annotation[]>();
  const found: FoundObject[] = [];
  if (!(await isFile(path)))
    throw new EngineError('ANNOTATIONS_NOT_FOUND', `There is no annotation file ${path}.`);
  for await (const batch of readObjects(path, basename(path), issues, signal)) found.push(...batch);
  const contents: FileContents = {
    windows: found.some(({ fields }) => annotationContents(fields).windows),
    saliency: found[0] !== undefined && annotationContents(found[0].fields).saliency,
  };
  for (const { place, fields } of found) {
    const report = reporter(issues, place);
    const key = queryKey(fields);
    if (key === undefined) report('malformed-truth', 'There is no "qid".');
    else if (append(queries, key, readAnnotation(fields, contents, report)) > 1) {
      report('duplicate-sample', `"qid" ${key} was annotated before.`);
    }
  }
  const all = [...queries.values()].flat();
  if (all.every((one) => one.windows === undefined && one.highlights === undefined)) {
    throw new EngineError('TRUTH_MISSING', `${path} holds no true windows and no saliency scores.`);
  }
  return { queries, contents };
}

async function submissionFiles(path: string, issues: IssueLog): Promise<readonly string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw new EngineError('PREDICTIONS_NOT_FOUND', `There is no file or folder ${path}.`, { cause: error });
  });
  return found.isDirectory() ? predictionFiles(path, issues) : [path];
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function reportBeyond(
  submission: Submission,
  { durationSec, windows = [] }: Annotation,
  slackSec: number,
  report: ReportIssue,
): void {
  if (durationSec === undefined) return;
  const beyond = [...windows, ...(submission.windows ?? [])].find(([, end]) => end > durationSec + slackSec);
  if (beyond !== undefined) {
    report('span-beyond-duration', `A window ends at ${beyond[1]} s, after the end of the video.`);
  }
}

function both(a: FileContents, b: FileContents): FileContents {
  return { windows: a.windows && b.windows, saliency: a.saliency && b.saliency };
}

/** @returns how many there are now */
function append<Value>(map: Map<string, Value[]>, key: string, value: Value): number {
  const values = map.get(key) ?? [];
  map.set(key, values);
  return values.push(value);
}

function reporter(issues: IssueLog, place: Place): ReportIssue {
  return (kind, reason) => issues.add(kind, place, reason);
}
