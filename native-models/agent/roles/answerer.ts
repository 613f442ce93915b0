import type { Subtitle } from '../../media/subtitles/subtitle.ts';
import type { Moment, RunRecord } from '../../protocol/run-record.ts';
import type { AnswererTrace } from '../../protocol/run-trace.ts';
import { readChoice } from '../prompts/read-choice.ts';
import { framePairs } from '../shown/read-shown.ts';
import { reply } from '../shown/reply.ts';
import { questionInContext } from '../follow/context-words.ts';
import { answererWords } from '../prompts/role-words.ts';
import type { Run } from '../run.ts';
import { clipFor, promptTrace, show } from '../shown/show.ts';
import type { FramePairs } from '../caches/feature-work.ts';
import { boundSpan } from '../shown/spans.ts';
import { maxSubtitleLines, subtitleText } from '../prompts/subtitle-lines.ts';

/** What the answerer said. */
export interface Answer {
  readonly answer: NonNullable<RunRecord['answer']>;
  readonly trace: AnswererTrace;
}

/** Shows the answerer the best moment, widened, or all that the chain sees, and lets it answer the question. */
export async function answer(
  run: Run,
  moment: Moment | undefined,
  subtitles: readonly Subtitle[],
): Promise<Answer> {
  const { promptSet } = run.model;
  const { follows, options, benchmark } = run.request;
  const question = questionInContext(run.request.question, follows);
  const span = answerSpan(run, moment);
  run.journal.emit({ type: 'answering', span });
  const spoken = subtitleText(subtitles, span);
  if (spoken.leftOut > 0) {
    run.journal.warn({
      code: 'SUBTITLES_CUT',
      message: `The answerer read the first ${maxSubtitleLines} lines of subtitles; ${spoken.leftOut} more in this part were left out.`,
    });
  }
  const words = answererWords(promptSet, {
    question,
    options,
    subtitles: spoken.text,
    style: benchmark?.style,
  });
  const shown = show(run, 'answerer', span, words);
  const said = await reply(run, shown, { keep: 'if-room', withFrameStates: false });
  const option = options === undefined ? undefined : readChoice(said.response, options);
  const answer = { text: said.response, ...(option === undefined ? {} : { option }) };
  run.journal.emit({ type: 'answered', ...answer });
  return {
    answer,
    trace: {
      ...promptTrace(shown),
      span: [span.startSec, span.endSec],
      outputIds: [...said.outputIds],
      response: said.response,
    },
  };
}

/** The frames that the answerer will be shown of a moment. */
export function answererPairs(run: Run, moment: Moment | undefined): FramePairs {
  return framePairs(run, { weights: 'answerer' }, clipFor(run, 'answerer', answerSpan(run, moment)));
}

/** What the answerer is shown of a video: the moment, widened, or all that the chain sees. */
function answerSpan(run: Run, moment: Moment | undefined): Moment {
  return moment === undefined ? run.bounds : boundSpan(moment, run.bounds, minAnswerSec(run));
}

/** The shortest stretch that the answerer is shown, in seconds: the checkpoint's, or a benchmark's. */
function minAnswerSec({ model, request: { benchmark }, bounds }: Run): number {
  const { minMomentShare, minMomentSec } = benchmark ?? {};
  if (minMomentShare !== undefined) return minMomentShare * (bounds.endSec - bounds.startSec);
  return minMomentSec ?? model.promptSet.minAnswerSec;
}
