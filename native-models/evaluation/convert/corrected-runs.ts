import type { JsonValue, Span } from '../benchmarks/benchmark.ts';
import type { CorrectedRun, MarkedMoments } from '../../protocol/eval-runs.ts';
import { cleanQuery, cleanQuestion, optionLetter } from '../benchmarks/reading/clean-text.ts';
import { cropOf, type TrainingForm, type TrainingItem } from './training-forms.ts';

/** Named as the source of exported items. */
const source = 'corrected';

/**
 * The training items that a corrected run gives, by form: grounding and verifying where the true moments are known,
 * answering where the answer is, cropped answering where both are, planning where the planner ran or was corrected
 * (fixtures/README.md, "Training forms"). Forms that a run says nothing about are absent.
 */
export function trainingItemsOf(run: CorrectedRun): Partial<Record<TrainingForm, TrainingItem>> {
  const { record, correction } = run;
  const question = cleanQuestion(record.question);
  const query = cleanQuery(correction.query ?? record.plan?.query ?? record.question);
  const common = {
    source,
    video_path: run.videoPath ?? record.video.path,
    duration: record.video.durationSec,
  };
  const spans = correction.spans ?? [];
  const [firstSpan] = spans;
  const grounding =
    spans.length === 0
      ? undefined
      : { vid: videoName(common.video_path), qid: run.id, query, relevant_windows: [...spans], ...common };
  const guesses = record.candidates.map(({ startSec, endSec }): Span => [startSec, endSec]);
  const verifying =
    spans.length === 0 || guesses.length === 0
      ? undefined
      : {
          ...common,
          // The verifier is asked about the question, not about the rephrased query.
          query: cleanQuery(question),
          span: [...spans],
          pred: guesses,
          conf: record.candidates.map(({ confidence }) => confidence),
        };
  const answering = answeringItemOf(run, question, common);
  const planning = planningItemOf(run, question, query, common);
  return {
    ...(grounding && { grounding }),
    ...(verifying && { verifying }),
    ...(planning && { planning }),
    ...(answering && { answering }),
    ...(answering &&
      firstSpan && {
        'answering-crop': { ...answering, span: [...spans], crop: cropOf(firstSpan, common.duration) },
      }),
  };
}

/** Moments that were marked without a run, as a grounding item. */
export function groundingItemOf(marked: MarkedMoments): TrainingItem {
  const { id, videoPath, durationSec, query, spans } = marked;
  return {
    vid: videoName(videoPath),
    qid: id,
    query: cleanQuery(query),
    relevant_windows: [...spans],
    source,
    video_path: videoPath,
    duration: durationSec,
  };
}

type Common = Readonly<Record<string, JsonValue>>;

function answeringItemOf(
  { record, correction }: CorrectedRun,
  question: string,
  common: Common,
): TrainingItem | undefined {
  const { answer } = correction;
  if (answer === undefined) return undefined;
  const index = record.options?.indexOf(answer) ?? -1;
  return {
    ...common,
    data_type: 'multimodal',
    query: cleanQuery(question),
    question,
    answer,
    ...(record.options !== undefined && { options: record.options }),
    ...(index !== -1 && { ans: optionLetter(index) }),
  };
}

function planningItemOf(
  { record, correction }: CorrectedRun,
  question: string,
  query: string,
  common: Common,
): TrainingItem | undefined {
  const judged = correction.grounding !== undefined || correction.query !== undefined;
  if (record.plan === undefined && !judged) return undefined;
  const grounding =
    correction.grounding ?? (correction.query !== undefined || record.plan?.grounding !== false);
  const answers = record.answer !== undefined || correction.answer !== undefined;
  const rephrases = grounding && query !== cleanQuery(question);
  const route = routeOf({ grounding, rephrases, answers });
  if (route === undefined) return undefined;
  return { ...common, data_type: 'multimodal', route, question, ...(rephrases && { query }) };
}

/** 1 rephrase, ground, answer; 2 ground with the question, answer; 3 rephrase, ground; 4 answer. */
function routeOf(plan: {
  readonly grounding: boolean;
  readonly rephrases: boolean;
  readonly answers: boolean;
}): 1 | 2 | 3 | 4 | undefined {
  if (!plan.grounding) return plan.answers ? 4 : undefined;
  if (plan.answers) return plan.rephrases ? 1 : 2;
  return plan.rephrases ? 3 : undefined;
}

function videoName(videoPath: string): string {
  return (videoPath.split(/[/\\]/).at(-1) ?? videoPath).replace(/\.[^.]+$/, '');
}
