import { basename } from 'node:path';
import type { BenchmarkName } from '../../protocol/eval-task.ts';
import { judgedAnswers, scoredBenchmark, scoredBenchmarkKeys } from '../scoring/benchmarks.ts';
import { IssueLog } from '../scoring/issue-log.ts';
import { predictionFiles, readObjects } from '../scoring/prediction-files.ts';
import type { PredictionSample } from '../scoring/prediction-sample.ts';
import { readPredictionSample } from '../scoring/prediction-sample.ts';
import type { JudgeVerdicts } from '../scoring/judge-verdicts.ts';
import { readVerdicts } from '../scoring/judge-verdicts.ts';
import { scoreOpenAnswer } from '../scoring/open-answers.ts';
import { readReasonedAnswer, scoreReasonedAnswer } from '../scoring/reasoned-answers.ts';
import type { SampleScore, ScoringMode } from '../scoring/sample-score.ts';
import type { TaskValues } from '../scoring/task-measures.ts';
import { taskMeasures } from '../scoring/task-measures.ts';
import { cgBenchMode, defaultMode, scoreSample } from '../scoring/sample-score.ts';
import type { SampleToolUse } from './tool-use.ts';
import { readToolUse } from './tool-use.ts';

/** A prediction with its score, and what reports show of it. */
export interface ScoredSample {
  /** Tells it from others of the run, and finds it in another run. */
  readonly id: string;
  readonly tasks: readonly string[];
  readonly prediction: PredictionSample;
  readonly score: SampleScore;
  /** By the measures of its task. */
  readonly taskValues: TaskValues;
  /** The verifier's scores, in the order of the guesses before verification. */
  readonly verifierScores: readonly number[];
  readonly tools?: SampleToolUse | undefined;
  readonly shown: {
    readonly video: string;
    readonly text: string;
    readonly answer?: string;
    readonly error?: string;
  };
}

/** How a benchmark's samples are measured. */
export function scoringMode(benchmark: BenchmarkName): ScoringMode {
  const { key, answers } = scoredBenchmark(scoredKey(benchmark));
  return { ...(key === 'cgbench' ? cgBenchMode(0) : defaultMode), answers };
}

/** What a benchmark is scored as: itself, or `generic` for data sets without figures of their own. */
export function scoredKey(benchmark: BenchmarkName): BenchmarkName {
  if (typeof benchmark !== 'string') return benchmark;
  return scoredBenchmarkKeys.includes(benchmark) ? benchmark : 'generic';
}

/** How predictions are read. */
export interface ReadScoredOptions {
  /** A judge's verdicts on open answers. */
  readonly verdictsPath?: string | undefined;
  /** What commands of one's own task said of replies. */
  readonly metricValuesPath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads and scores the predictions of a folder. What is wrong with them is the scorer's to tell (`scoreFolder`).
 * @throws EngineError FOLDER_NOT_FOUND, CANCELLED
 */
export async function readScoredSamples(
  folder: string,
  benchmark: BenchmarkName,
  { verdictsPath, metricValuesPath, signal }: ReadScoredOptions = {},
): Promise<ScoredSample[]> {
  const mode = scoringMode(benchmark);
  const { key, measures, mayBeOpen, timeUnitSec } = scoredBenchmark(scoredKey(benchmark));
  const isJudged = judgedAnswers(scoredKey(benchmark)) !== 'none';
  const own = await taskMeasures(benchmark, metricValuesPath, signal);
  const rules = {
    usesConfidences: false,
    confidenceThreshold: 0,
    slackSec: timeUnitSec,
    mayBeOpen,
  };
  const issues = new IssueLog();
  const verdicts = verdictsPath === undefined ? undefined : await readVerdicts(verdictsPath, issues, signal);
  const samples: ScoredSample[] = [];
  const ignore = (): void => undefined;
  for (const path of await predictionFiles(folder, issues)) {
    for await (const batch of readObjects(path, basename(path), issues, signal)) {
      for (const { fields } of batch) {
        const prediction = readPredictionSample(fields, rules, ignore);
        samples.push({
          id: sampleId(fields, prediction),
          tasks: prediction.tasks,
          prediction,
          score:
            measures === 'reasoning'
              ? reasonedScore(key, fields, verdicts)
              : {
                  ...scoreSample(prediction, mode, ignore),
                  ...(mayBeOpen && isJudged ? scoreOpenAnswer(fields, verdicts, ignore) : {}),
                },
          taskValues: own?.of(fields, ignore) ?? {},
          verifierScores: numbers(fields['probs']),
          tools: readToolUse(fields),
          shown: shownFields(fields),
        });
      }
    }
  }
  // In an order of their own: what is drawn from them must not depend on how a run was cut into shards.
  return samples.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** By the answer where there is one, else by the moment, right from half an overlap on; undefined where nobody can tell. */
export function isRight({ score, shown }: ScoredSample): boolean | undefined {
  if (shown.error !== undefined) return false;
  return (
    score.answer?.correct ?? (score.grounding === undefined ? undefined : score.grounding.iou.value >= 0.5)
  );
}

function reasonedScore(
  benchmark: string,
  fields: Readonly<Record<string, unknown>>,
  verdicts: JudgeVerdicts | undefined,
): SampleScore {
  const answered = readReasonedAnswer(fields, () => undefined);
  const answer =
    answered === undefined ? undefined : scoreReasonedAnswer(benchmark, answered, verdicts).answer;
  return answer === undefined ? {} : { answer };
}

function sampleId({ id, qid }: Readonly<Record<string, unknown>>, prediction: PredictionSample): string {
  if (typeof id === 'string') return id;
  return prediction.identity ?? JSON.stringify([qid, prediction.tasks]);
}

function shownFields(fields: Readonly<Record<string, unknown>>): ScoredSample['shown'] {
  const { video_path: video, question, query, answer, ans, error } = fields;
  const texts = [question, query].filter((text) => typeof text === 'string');
  const right = [ans, answer].filter((text) => typeof text === 'string').join(': ');
  const failure =
    typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
  return {
    video: typeof video === 'string' ? video : '',
    text: texts[0] ?? '',
    ...(right === '' ? {} : { answer: right }),
    ...(typeof failure === 'string' ? { error: failure } : {}),
  };
}

function numbers(value: unknown): readonly number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number') ? value : [];
}
