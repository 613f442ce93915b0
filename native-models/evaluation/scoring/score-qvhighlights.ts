import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { EngineError } from '../../protocol/errors.ts';
import type { EvalScoreProgress, EvalScoreResult } from '../../protocol/eval-score.ts';
import { scoreHighlights } from '../metrics/highlight-detection.ts';
import type { Span } from '../metrics/spans.ts';
import { scoredBenchmark } from './benchmarks.ts';
import { IssueLog } from './issue-log.ts';
import type { Place } from './issue-log.ts';
import type { FoundObject } from './prediction-files.ts';
import { predictionFiles, readObjects } from './prediction-files.ts';
import type { ReportIssue } from './prediction-sample.ts';
import type { Annotation, FileContents, Submission } from './qvhighlights-files.ts';
import {
  fileContents,
  queryKey,
  readAnnotation,
  readSubmission,
  unpackWindows,
} from './qvhighlights-files.ts';
import { highlightMetrics, retrievalMetrics } from './qvhighlights-metrics.ts';

export interface ScoreQvHighlightsOptions {
  readonly signal?: AbortSignal | undefined;
  /** After each chunk of a file. */
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
  const { signal } = options;
  if (!(await isFile(annotationsPath))) {
    throw new EngineError('ANNOTATIONS_NOT_FOUND', `There is no annotation file ${annotationsPath}.`);
  }
  const files = await submissionFiles(predictionsPath, issues);
  const contents = await firstContents(files, annotationsPath, signal);
  if (contents === undefined) {
    throw new EngineError('PREDICTIONS_NOT_FOUND', `${predictionsPath} holds no predictions.`);
  }
  const annotated = await readAnnotations(annotationsPath, contents, issues, signal);
  const slackSec = scoredBenchmark('qvhighlights').timeUnitSec;
  const predicted = new Map<string, Submission[]>();
  let samples = 0;
  for (const path of files) {
    for await (const batch of readObjects(path, basename(path), issues, signal)) {
      for (const { place, fields } of batch) {
        samples++;
        const key = queryKey(fields);
        const annotation = key === undefined ? undefined : annotated.get(key)?.at(-1);
        if (key === undefined || annotation === undefined) {
          issues.add('unknown-query', place, `"qid" ${key ?? '(none)'} is not annotated.`);
          continue;
        }
        const report = reporter(issues, place);
        const submission = readSubmission(fields, annotation, contents, report);
        reportBeyond(submission, annotation, slackSec, report);
        if (append(predicted, key, submission) > 1)
          report('duplicate-sample', `"qid" ${key} was predicted before.`);
      }
      options.onProgress?.({ file: basename(path), samples });
    }
  }
  for (const key of annotated.keys()) {
    if (!predicted.has(key))
      issues.add('missing-prediction', { file: predictionsPath }, `"qid" ${key} is not predicted.`);
  }
  const metrics = measure(annotated, predicted, contents, (range) => {
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
        scored: annotated.size,
        failed: contents.windows ? broken : 0,
        notGrounded: annotated.size - predicted.size,
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
      queries.values().map(({ annotations, submissions }) => ({
        predictions: submissions.map((one) => unpackWindows(one.windows ?? [])),
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
        return truth === undefined ? [] : [submissions.at(-1)?.highlights ?? scoreHighlights(truth)];
      }),
    );
    Object.assign(metrics, highlights.metrics);
    Object.assign(brief, highlights.brief);
  }
  return { brief, ...metrics };
}

/** Told by the first lines, as the reference tells it; undefined without any prediction. */
async function firstContents(
  files: readonly string[],
  annotationsPath: string,
  signal: AbortSignal | undefined,
): Promise<FileContents | undefined> {
  const annotation = await firstObject(annotationsPath, signal);
  if (annotation === undefined) {
    throw new EngineError('TRUTH_MISSING', `${annotationsPath} holds no annotations.`);
  }
  for (const path of files) {
    const prediction = await firstObject(path, signal);
    if (prediction !== undefined) return fileContents(prediction.fields, annotation.fields);
  }
  return undefined;
}

async function firstObject(path: string, signal: AbortSignal | undefined): Promise<FoundObject | undefined> {
  // What is wrong with the file is reported when all of it is read.
  for await (const [first] of readObjects(path, basename(path), new IssueLog(), signal)) {
    if (first !== undefined) return first;
  }
  return undefined;
}

async function readAnnotations(
  path: string,
  contents: FileContents,
  issues: IssueLog,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, readonly Annotation[]>> {
  const queries = new Map<string, Annotation[]>();
  let hasTruth = false;
  for await (const batch of readObjects(path, basename(path), issues, signal)) {
    for (const { place, fields } of batch) {
      const report = reporter(issues, place);
      const key = queryKey(fields);
      const annotation = readAnnotation(fields, contents, report);
      hasTruth ||= annotation.windows !== undefined || annotation.highlights !== undefined;
      if (key === undefined) report('malformed-truth', 'There is no "qid".');
      else if (append(queries, key, annotation) > 1) {
        report('duplicate-sample', `"qid" ${key} was annotated before.`);
      }
    }
  }
  if (!hasTruth) {
    throw new EngineError('TRUTH_MISSING', `${path} holds no truth for what is predicted.`);
  }
  return queries;
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
  const beyond = [...windows, ...unpackWindows(submission.windows ?? [])].find(
    ([, end]) => end > durationSec + slackSec,
  );
  if (beyond !== undefined) {
    report('span-beyond-duration', `A window ends at ${beyond[1]} s, after the end of the video.`);
  }
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
