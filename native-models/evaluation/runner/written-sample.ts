import { readReply } from '../../agent/reasoner/answer-text.ts';
import type { EvalReplyRequest } from '../../protocol/eval-chat.ts';
import type { EvalFailureRequest, Prediction } from '../../protocol/eval-run.ts';
import type { EvalSample } from '../../protocol/eval-sample.ts';
import type { RunRecord } from '../../protocol/run-record.ts';
import type { RunTrace } from '../../protocol/run-trace.ts';
import type { BenchmarkSample } from '../benchmarks/benchmark.ts';
import { toReferenceSample } from '../benchmarks/reference-sample.ts';
import { isAnswered, rolesForSample } from './sample-request.ts';

/**
 * A sample as the reference writes it after the chain has run (fixtures/README.md, "Keys of a written sample"), with the
 * sample's id. Times and confidences are float32 values. After verification `pred` and `conf` hold the verified ones only.
 * A model that reasons aloud has its whole reply in `reasoner_response` and what it answers in `response`; of one that calls tools
 * it is written how often it did, and how many of the stretches that it looked at overlap the truth.
 *
 * @param trace of a run with `trace: true`
 */
export function writtenSample(
  sample: EvalSample,
  dataDir: string,
  { record, trace }: { readonly record: RunRecord; readonly trace: RunTrace },
): Prediction {
  const { planner, grounder, answerer } = trace;
  const { durationSec, fps, totalFrames } = record.video;
  const { response: reasoned, answer } = record;
  return {
    ...base(sample, dataDir),
    ...(sample.durationSec === undefined ? { duration: fps > 0 ? totalFrames / fps : durationSec } : {}),
    agents: [...record.roles],
    ...(reasoned === undefined ? {} : { reasoner_response: reasoned, response: answer?.text ?? reasoned }),
    ...(record.turns === undefined ? {} : toolUse(sample, record.turns, record.stop)),
    ...(planner === undefined
      ? {}
      : { planner_response: planner.response, planner_parsed_query: planner.query }),
    ...(grounder === undefined && record.search === undefined ? {} : grounding(record, trace)),
    ...(record.search === undefined ? {} : searched(record.search)),
    ...(answerer === undefined ? {} : { answerer_response: answerer.response, response: answerer.response }),
  };
}

function toolUse(
  { spans }: Pick<EvalSample, 'spans'>,
  turns: NonNullable<RunRecord['turns']>,
  stop: RunRecord['stop'],
): Prediction {
  const calls = turns.flatMap((turn) => turn.calls);
  const looked = calls.flatMap(({ ok, spanSec }) => (ok && spanSec !== undefined ? [spanSec] : []));
  const useful = looked.filter(([start, end]) =>
    spans?.some(([trueStart, trueEnd]) => start <= trueEnd && end >= trueStart),
  );
  return {
    ...{ tool_turns: turns.length, tool_calls: calls.length },
    tool_refusals: calls.filter(({ ok }) => !ok).length,
    tool_spans: looked.map((span) => [...span]),
    // Where the benchmark withholds the truth nobody knows.
    ...((spans ?? undefined) === undefined ? {} : { tool_useful: useful.length }),
    ...(stop === undefined ? {} : { tool_stop: stop }),
  };
}

/** What a sample is written as that another model replied to: its whole reply, and what of it is the answer. */
export function repliedSample({ sample, dataDir, durationSec, reply }: EvalReplyRequest): Prediction {
  return {
    ...base(sample, dataDir),
    ...(sample.durationSec === undefined ? { duration: durationSec } : {}),
    agents: ['reasoner'],
    ...{ reasoner_response: reply, response: readReply(reply).answer },
  };
}

/**
 * What a sample that failed is written as: it takes part in every figure that its annotations and the roles of the run
 * allow, and misses. A dash is no letter to the reference's reader of replies either, where an empty reply ends its report.
 */
export function failedSample({ sample, dataDir, roles, reasons, error }: EvalFailureRequest): Prediction {
  if (reasons) {
    const failure = { code: error.code, message: error.message };
    const reply = { reasoner_response: '-', response: '-' };
    return { ...base(sample, dataDir), agents: ['reasoner'], error: failure, ...reply };
  }
  const running = rolesForSample(sample, roles);
  return {
    ...base(sample, dataDir),
    agents: running,
    error: { code: error.code, message: error.message },
    ...(running.includes('grounder')
      ? { grounder_response: '', grounder_success: false, pred: [[0, 0]], conf: [0] }
      : {}),
    ...(running.includes('answerer') && isAnswered(sample) ? { answerer_response: '-', response: '-' } : {}),
  };
}

/** A line of a QVHighlights submission: `vid`, `qid`, `query`, `pred_relevant_windows` [[start, end, confidence] …]. */
export function submissionLine(prediction: Prediction): Prediction {
  const { vid, qid, query, pred, conf } = prediction;
  const spans = Array.isArray(pred) ? (pred as number[][]) : [];
  const confidences = Array.isArray(conf) ? (conf as number[]) : [];
  return {
    ...(vid === undefined ? {} : { vid }),
    ...(qid === undefined ? {} : { qid }),
    ...(query === undefined ? {} : { query }),
    pred_relevant_windows: spans.map(([start = 0, end = 0], index) => [start, end, confidences[index] ?? 0]),
  };
}

function base(sample: EvalSample, dataDir: string): Prediction {
  // The loader's own type forbids fields that are there and undefined; JSON cannot tell the two apart.
  return { ...(toReferenceSample(sample as BenchmarkSample, { dataDir }) as Prediction), id: sample.id };
}

/** Moments with confidences, as columns. */
interface Found {
  readonly pred: readonly (readonly [number, number])[];
  readonly conf: readonly number[];
}

/** What the grounder found, and what the record ranks first; of a search the grounder's words are those of the look that found it. */
function grounding(
  { candidates, search }: Pick<RunRecord, 'candidates' | 'search'>,
  { grounder, verifier }: Pick<RunTrace, 'grounder' | 'verifier'>,
): Prediction {
  const ranked: Found = {
    pred: candidates.map(({ startSec, endSec }) => [startSec, endSec]),
    conf: candidates.map(({ confidence }) => confidence),
  };
  const said = {
    grounder_response: grounder?.response ?? '',
    grounder_success: grounder?.success ?? false,
  };
  // A search has many looks, and the trace but one of them.
  const seen = search?.mode === 'windows' ? undefined : grounder;
  if (verifier === undefined) return { ...said, ...written(seen ?? ranked) };
  const judged = verifier.candidates;
  const before = written(
    seen ?? {
      pred: judged.map(({ candidate }) => candidate),
      conf: judged.map(({ confidence = 0 }) => confidence),
    },
  );
  return {
    ...said,
    ...written(ranked),
    probs: judged.map(({ score }) => score),
    ranks: [...verifier.ranks],
    pred_ori: before.pred,
    conf_ori: before.conf,
  };
}

/** In float32, as the reference holds them; nothing found misses everything. */
function written({ pred, conf }: Found): { pred: number[][]; conf: number[] } {
  if (pred.length === 0) return { pred: [[0, 0]], conf: [0] };
  return {
    pred: pred.map(([start, end]) => [Math.fround(start), Math.fround(end)]),
    conf: conf.map((one) => Math.fround(one)),
  };
}

function searched({ mode, windows, framesSeen }: NonNullable<RunRecord['search']>): Prediction {
  return { search_mode: mode, search_windows: windows.length, search_frames: framesSeen };
}
