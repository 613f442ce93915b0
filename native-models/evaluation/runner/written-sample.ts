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
  const { planner, grounder, verifier, answerer } = trace;
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
    ...(grounder === undefined ? {} : grounding(grounder, verifier)),
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
    ...(spans === undefined ? {} : { tool_useful: useful.length }),
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

function grounding(grounder: NonNullable<RunTrace['grounder']>, verifier: RunTrace['verifier']): Prediction {
  const pred = grounder.pred.map(([start, end]) => [Math.fround(start), Math.fround(end)]);
  const conf = grounder.conf.map((one) => Math.fround(one));
  const found = { grounder_response: grounder.response, grounder_success: grounder.success };
  if (verifier === undefined) return { ...found, pred, conf };
  const { ranks, candidates } = verifier;
  return {
    ...found,
    pred: ranks.map((rank) => pred[rank] ?? [0, 0]),
    conf: ranks.map((rank) => conf[rank] ?? 0),
    probs: candidates.map(({ score }) => score),
    ranks: [...ranks],
    pred_ori: pred,
    conf_ori: conf,
  };
}
