import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { EngineError } from '../../protocol/errors.ts';
import type { EvalScoreProgress, EvalScoreResult } from '../../protocol/eval-score.ts';
import { missedHighlights } from '../metrics/highlight-detection.ts';
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
import { QueryStore } from './qvhighlights-queries.ts';
import { HighlightSums } from './highlight-sums.ts';
import { RetrievalSums } from './qvhighlights-metrics.ts';

export interface ScoreQvHighlightsOptions {
  readonly signal?: AbortSignal | undefined;
  /** After each chunk of a file. */
  readonly onProgress?: ((progress: EvalScoreProgress) => void) | undefined;
}

/**
 * Scores QVHighlights predictions against their annotations. `metrics` are what the reference's scorer writes (fixtures/README.md,
 * "QVHighlights scorer"). Where it dies, the query is named and counts as a miss: no prediction, no windows,
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
  const queries = await readAnnotations(annotationsPath, contents, issues, signal);
  let samples = 0;
  for (const file of files)
    samples += await readSubmissions(file, queries, contents, samples, issues, options);
  const retrieval = new RetrievalSums();
  const highlights = new HighlightSums();
  let notPredicted = 0;
  let broken = 0;
  for (const { key, trueWindows, annotators, submissions } of queries.all()) {
    if (contents.windows) {
      retrieval.add({
        predictions: submissions.map(({ windows = [] }) => unpackWindows(windows)),
        truths: trueWindows,
      });
    }
    if (annotators > 0) highlights.add(submissions.at(-1)?.highlights ?? missedHighlights(annotators));
    if (submissions.some((one) => one.windows === undefined)) broken++;
    if (submissions.length > 0) continue;
    notPredicted++;
    issues.add('missing-prediction', { file: predictionsPath }, `"qid" ${key} is not predicted.`);
  }
  const moments = contents.windows ? retrieval.total() : undefined;
  const clips = contents.saliency ? highlights.total() : undefined;
  for (const range of moments?.emptyRanges ?? []) {
    const reason = `No true window is ${range}; the full set stands in.`;
    issues.add('empty-range', { file: annotationsPath }, reason);
  }
  const listed = issues.list();
  const unreadable = listed.filter(({ kind }) => kind === 'broken-json' || kind === 'not-a-sample');
  return {
    benchmark: 'qvhighlights',
    metrics: { brief: { ...moments?.brief, ...clips?.brief }, ...moments?.metrics, ...clips?.metrics },
    coverage: {
      files: files.length,
      samples,
      unreadable: unreadable.reduce((sum, issue) => sum + issue.count, 0),
      grounding: {
        scored: queries.size,
        failed: contents.windows ? broken : 0,
        notGrounded: notPredicted,
      },
      answers: { scored: 0, failed: 0, unanswered: 0 },
    },
    issues: listed,
    trustworthy: issues.trustworthy,
  };
}

/**
 * Reads one file of predictions into the queries.
 * @param before predictions read before
 * @returns predictions in it
 */
async function readSubmissions(
  path: string,
  queries: QueryStore,
  contents: FileContents,
  before: number,
  issues: IssueLog,
  { signal, onProgress }: ScoreQvHighlightsOptions,
): Promise<number> {
  const slackSec = scoredBenchmark('qvhighlights').timeUnitSec;
  const file = basename(path);
  let samples = 0;
  for await (const batch of readObjects(path, file, issues, signal)) {
    for (const { place, fields } of batch) {
      samples++;
      const key = queryKey(fields);
      const annotation = key === undefined ? undefined : queries.annotationOf(key);
      if (key === undefined || annotation === undefined) {
        issues.add('unknown-query', place, `"qid" ${key ?? '(none)'} is not annotated.`);
        continue;
      }
      const report = reporter(issues, place);
      const submission = readSubmission(fields, annotation, contents, report);
      reportBeyond(submission, annotation, slackSec, report);
      if (queries.predict(key, submission) > 1) {
        report('duplicate-sample', `"qid" ${key} was predicted before.`);
      }
    }
    onProgress?.({ file, samples: before + samples });
  }
  return samples;
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
): Promise<QueryStore> {
  const queries = new QueryStore();
  let hasTruth = false;
  for await (const batch of readObjects(path, basename(path), issues, signal)) {
    for (const { place, fields } of batch) {
      const report = reporter(issues, place);
      const key = queryKey(fields);
      const annotation = readAnnotation(fields, contents, report);
      hasTruth ||= annotation.windows !== undefined || annotation.highlights !== undefined;
      if (key === undefined) report('malformed-truth', 'There is no "qid".');
      else if (queries.annotate(key, annotation) > 1) {
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
  return found.isDirectory() ? predictionFiles(path, issues, 'submission') : [path];
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

function reporter(issues: IssueLog, place: Place): ReportIssue {
  return (kind, reason) => issues.add(kind, place, reason);
}
