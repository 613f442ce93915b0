import type { ReasonerSettings } from '../../checkpoints/manifest.ts';
import type { ReasonerRequest } from '../../protocol/reasoner-request.ts';
import type { ReasonedReply } from '../../protocol/run-record.ts';
import type { ReasonerTrace } from '../../protocol/run-trace.ts';
import { withRepetitionPenalty } from '../generation/token-choice.ts';
import type { TextRun } from '../run.ts';
import { generateReply, requestedChoice } from '../shown/reply.ts';
import type { Bounds } from '../shown/spans.ts';
import { readOption, readReply } from './answer-text.ts';
import type { ReasonerClip } from './reasoner-clip.ts';
import { reasonerTrace } from './reasoner-trace.ts';
import { ReplyParts } from './reply-parts.ts';
import type { ReplyPiece } from './reply-parts.ts';
import { saidMoments } from './said-moments.ts';
import { saidPlaces } from './said-places/said-places.ts';
import { showReasoner } from './show-reasoner.ts';

/** Room for later turns beyond a prompt and its longest reply, in tokens; unused room takes no memory. */
const spareTokens = 4096;

/** What a reasoner is asked about: a clip of a video and where it lies, or nothing but text. */
export interface Subject {
  readonly clip: ReasonerClip;
  /** In seconds of presentation; times that the reply names are kept within it. */
  readonly span: Bounds;
}

/** What a reasoner said, and how. */
export interface Reasoned {
  readonly reply: ReasonedReply;
  readonly trace: ReasonerTrace;
}

/** Lets a model reason aloud about a clip, or about text alone, streamed as `token` events by part. */
export async function reason(
  run: TextRun,
  settings: ReasonerSettings,
  asked: ReasonerRequest,
  subject: Subject | undefined,
  subtitles: string,
): Promise<Reasoned> {
  const { journal, model, request } = run;
  const shown = showReasoner(run, settings, asked, subject?.clip, subtitles);
  const parts = new ReplyParts();
  const tell = (pieces: readonly ReplyPiece[], tokenId: number) => {
    for (const piece of pieces) journal.emit({ type: 'token', role: 'reasoner', tokenId, ...piece });
  };
  const choice = requestedChoice(run);
  const { repetitionPenalty } = asked;
  const { outputIds, response } = await generateReply(run, shown, {
    ...{ keep: 'always', withFrameStates: false, onDisk: true, spareTokens, keepReply: true },
    choice:
      repetitionPenalty === 1 ? choice : withRepetitionPenalty(choice, repetitionPenalty, shown.tokenIds),
    skipSpecial: true,
    onText: (text, tokenId) => tell(parts.push(text), tokenId),
  });
  tell(parts.flush(), outputIds.at(-1) ?? 0);

  const content = readReply(response);
  const isCut = !model.network.tokens.end.includes(outputIds.at(-1) ?? -1);
  if (isCut && request.forcedTokens?.reasoner === undefined) {
    journal.warn({
      code: 'REPLY_CUT',
      message: content.hasAnswerBlock
        ? `The reply was cut after ${outputIds.length} tokens, behind its answer.`
        : `The reply was cut after ${outputIds.length} tokens, before its answer: all of it stands for the answer.`,
    });
  }
  const { options } = request;
  const option = options === undefined ? undefined : readOption(content.answer, options);
  const moments = subject === undefined ? [] : saidMoments(content, subject.clip, model.family, subject.span);
  const answer = { text: content.answer, ...(option === undefined ? {} : { option }) };
  const places =
    subject === undefined
      ? []
      : saidPlaces([{ ...content, clips: [subject.clip] }], {
          ...{ timed: subject.clip, family: model.family, bounds: subject.span },
        });
  const said = { reasoning: content.reasoning, moments, ...(places.length === 0 ? {} : { places }) };
  const reply = { response, answer, ...said };
  journal.emit({ type: 'reasoned', ...said });
  journal.emit({ type: 'answered', ...answer });
  return { reply, trace: reasonerTrace(model, shown, subject?.span, { outputIds, response }) };
}
