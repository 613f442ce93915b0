import { hash } from 'node:crypto';
import { basename } from 'node:path';
import type {
  EvalScoreProgress,
  EvalScoreResult,
  ScoreCoverage,
  ScoreTable,
} from '../../protocol/eval-score.ts';
import { formatPercent } from '../metrics/rounding.ts';
import type { BenchmarkName } from '../../protocol/eval-task.ts';
import type { ScoredBenchmark } from './benchmarks.ts';
import { judgedAnswers, scoredBenchmark } from './benchmarks.ts';
import { IssueLog } from './issue-log.ts';
import { predictionFiles, readObjects } from './prediction-files.ts';
import type { PredictionSample, ReadingRules, ReportIssue } from './prediction-sample.ts';
import { readPredictionSample } from './prediction-sample.ts';
import type { SampleScore, ScoringMode } from './sample-score.ts';
import { readVerdicts } from './judge-verdicts.ts';
import { scoreOpenAnswer } from './open-answers.ts';
import { cgBenchMode, defaultMode, missedGrounding, scoreSample } from './sample-score.ts';
import { Scoreboard } from './scoreboard.ts';
import { TaskMeasureSums } from './task-measure-sums.ts';
import { taskMeasures } from './task-measures.ts';
import {
  answerTable,
  cgAnswerTable,
  cgGroundingTable,
  groundingTable,
  taskMeanTable,
} from './score-tables.ts';
import { videoLengthName, videoLengthNames } from './video-lengths.ts';

export interface ScoreFolderOptions {
  /** CG-Bench: moments above this confidence join the first one; 0 or less (default): the first alone. */
  readonly confidenceThreshold?: number | undefined;
  /** One's own annotations: a judge's verdicts on open answers. */
  readonly verdictsPath?: string | undefined;
  /** One's own task: what its commands said of replies. */
  readonly metricValuesPath?: string | undefined;
  /** Only what the reference prints. */
  readonly asPublished?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** After each chunk of a file. */
  readonly onProgress?: ((progress: EvalScoreProgress) => void) | undefined;
}

/**
 * Scores a folder of predictions in the reference's dump format, streaming: memory does not grow with the number of
 * samples but for a fingerprint of each, by which repeated ones are recognised.
 *
 * `tables` hold what the reference's scorer prints, to the last digit (fixtures/README.md, "Grounding and QA
 * scorer"). Where it dies, the sample is named and counts as failed. `beside` holds what benchmarks ask to be shown with
 * them: the true union IoU of CG-Bench, a reading of replies that forgives form, samples without moments as misses, the
 * mean over tasks, and both by length of the video.
 *
 * @param benchmark a key of `scoredBenchmarkKeys` other than `qvhighlights`
 * @throws EngineError FOLDER_NOT_FOUND, ARGUMENT_INVALID for an unknown key, CANCELLED
 */
export async function scoreFolder(
  folder: string,
  benchmark: BenchmarkName,
  options: ScoreFolderOptions = {},
): Promise<EvalScoreResult> {
  const { key, measures, answers, mayBeOpen, timeUnitSec } = scoredBenchmark(benchmark);
  const threshold = options.confidenceThreshold ?? 0;
  const mode = { ...(measures === 'cgbench' ? cgBenchMode(threshold) : defaultMode), answers };
  const rules: ReadingRules = {
    usesConfidences: mode.pooled !== undefined && threshold > 0,
    confidenceThreshold: threshold,
    slackSec: timeUnitSec,
    mayBeOpen,
  };
  const issues = new IssueLog();
  const verdicts =
    options.verdictsPath === undefined
      ? undefined
      : await readVerdicts(options.verdictsPath, issues, options.signal);
  const isJudged = judgedAnswers(benchmark) !== 'none';
  const own = await taskMeasures(benchmark, options.metricValuesPath, options.signal);
  const ownSums = new TaskMeasureSums(own?.names ?? []);
  const sums = new FolderSums(mode);
  const files = await predictionFiles(folder, issues);
  for (const path of files) {
    const file = basename(path);
    for await (const batch of readObjects(path, file, issues, options.signal)) {
      for (const { place, fields } of batch) {
        const report: ReportIssue = (kind, reason) => issues.add(kind, place, reason);
        const sample = readPredictionSample(fields, rules, report);
        const open = mayBeOpen && isJudged ? scoreOpenAnswer(fields, verdicts, report) : undefined;
        if (fields['error'] !== undefined) {
          report('failed-sample', `The sample failed and counts as wrong: ${failureText(fields['error'])}`);
        }
        sums.add(sample, { ...scoreSample(sample, mode, report), ...open }, report);
        if (own !== undefined) ownSums.add(sample.tasks, own.of(fields, report));
      }
      options.onProgress?.({ file, samples: sums.samples });
    }
  }
  if (sums.samples === 0) issues.add('no-predictions', { file: folder }, 'The folder holds no predictions.');
  const listed = issues.list();
  const count = (kind: string): number => listed.find((issue) => issue.kind === kind)?.count ?? 0;
  return {
    benchmark: key,
    tables: printedTables(sums, mode),
    ...(options.asPublished === true
      ? {}
      : { beside: { ...ownSums.tables(), ...besideTables(sums, measures) } }),
    coverage: sums.coverage(files.length, count('broken-json') + count('not-a-sample')),
    issues: listed,
    trustworthy: issues.trustworthy,
  };
}

/** All that is kept of the samples. */
class FolderSums {
  samples = 0;
  readonly printed: Scoreboard;
  readonly union: Scoreboard;
  readonly tolerant: Scoreboard;
  readonly complete: Scoreboard;
  readonly byLength: Scoreboard;
  readonly change = { iou: { raise: 0, lower: 0 }, iop: { raise: 0, lower: 0 } };
  readonly #mode: ScoringMode;
  readonly #identities = new Set<string>();
  #notGrounded = 0;
  #unanswered = 0;

  constructor(mode: ScoringMode) {
    this.#mode = mode;
    this.printed = new Scoreboard(mode.grid);
    this.union = new Scoreboard(mode.grid);
    this.tolerant = new Scoreboard(mode.grid);
    this.complete = new Scoreboard(mode.grid);
    this.byLength = new Scoreboard(mode.grid, videoLengthNames);
  }

  add(sample: PredictionSample, score: SampleScore, report: ReportIssue): void {
    this.samples++;
    if (sample.notGrounded) this.#notGrounded++;
    if (sample.unanswered) this.#unanswered++;
    if (sample.identity !== undefined) {
      const identity = fingerprint(sample.identity);
      if (this.#identities.has(identity)) report('duplicate-sample', 'The same sample was read before.');
      else this.#identities.add(identity);
    }
    const { tasks } = sample;
    const { grounding, answer, tolerantAnswer } = score;
    this.printed.add(tasks, { grounding, answer });
    this.tolerant.add(tasks, { grounding, answer: tolerantAnswer });
    this.byLength.add([videoLengthName(sample.durationSec)], { grounding, answer });
    this.complete.add(tasks, {
      grounding: grounding ?? (sample.notGrounded ? missedGrounding(this.#mode) : undefined),
      answer,
    });
    if (grounding?.unionIou !== undefined) {
      this.union.add(tasks, { grounding: { ...grounding, iou: grounding.unionIou }, answer });
    }
    for (const kind of ['iou', 'iop'] as const) {
      const sign = grounding?.change?.[kind] ?? 0;
      if (sign > 0) this.change[kind].raise++;
      if (sign < 0) this.change[kind].lower++;
    }
  }

  coverage(files: number, unreadable: number): ScoreCoverage {
    const { grounding, answers } = this.printed.all;
    return {
      files,
      samples: this.samples,
      unreadable,
      grounding: { scored: grounding.samples, failed: grounding.failed, notGrounded: this.#notGrounded },
      answers: { scored: answers.samples, failed: answers.failed, unanswered: this.#unanswered },
    };
  }
}

function printedTables(sums: FolderSums, mode: ScoringMode): NonNullable<EvalScoreResult['tables']> {
  const { printed, change } = sums;
  const of = printed.all.grounding.samples;
  const changed = (count: number): { count: number; of: number; percent: string } => ({
    count,
    of,
    percent: formatPercent(count, of),
  });
  const iouChanges = { 'IoU Lower': changed(change.iou.lower), 'IoU Raise': changed(change.iou.raise) };
  if (mode.pooled !== undefined) {
    return { 'Grounding (IoU)': cgGroundingTable(printed), ...iouChanges, QA: cgAnswerTable(printed) };
  }
  return {
    'Grounding (IoP)': groundingTable(printed, 'iop'),
    'Grounding (IoU)': groundingTable(printed, 'iou'),
    'IoP Lower': changed(change.iop.lower),
    'IoP Raise': changed(change.iop.raise),
    ...iouChanges,
    QA: answerTable(printed),
  };
}

function besideTables(sums: FolderSums, measures: ScoredBenchmark['measures']): Record<string, ScoreTable> {
  const pooled = measures === 'cgbench';
  const grounding = pooled ? cgGroundingTable : (board: Scoreboard) => groundingTable(board, 'iou');
  const answers = pooled ? cgAnswerTable : answerTable;
  return {
    ...(pooled ? { 'Grounding (true union IoU)': cgGroundingTable(sums.union) } : {}),
    'Grounding (IoU), no moment as a miss': grounding(sums.complete),
    'Grounding (IoU) by video length': groundingTable(sums.byLength, 'iou', 'as-added'),
    'QA, read forgivingly': answers(sums.tolerant),
    'QA by video length': answerTable(sums.byLength, 'as-added'),
    'QA by task': taskMeanTable(sums.printed),
  };
}

function failureText(error: unknown): string {
  const isNamed = typeof error === 'object' && error !== null && 'message' in error;
  return isNamed && typeof error.message === 'string' ? error.message : 'it does not say why.';
}

/** Short and of fixed length, so that a hundred thousand fit in a few megabytes. */
function fingerprint(identity: string): string {
  return hash('sha256', identity, 'base64').slice(0, 22);
}
