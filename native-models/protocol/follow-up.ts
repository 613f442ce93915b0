import type { Followed } from './followed.ts';
import type { ReasonerRequest, Turn } from './reasoner-request.ts';
import type { RunRecord } from './run-record.ts';

/** What a question that goes on from a run is asked with. */
export interface FollowUp {
  readonly follows: Followed;
  /** Of a model that reasons aloud: as before, with what was said up to now. */
  readonly reasoner?: ReasonerRequest;
}

/**
 * What the next question after a run is asked with: a model that reasons aloud is told all that was asked, called and said
 * before, and shown the same frames, so that what it has read is kept; a VideoMind package is told what was found.
 *
 * @param runId The window's name of the run.
 */
export function followUp(record: RunRecord, runId?: string): FollowUp {
  const { question, answer, moment, moments, provenance, settings } = record;
  // A reasoner names times; the last of its answer is what "after that" means.
  const said = moments?.findLast(({ saidIn }) => saidIn === 'answer') ?? moments?.at(-1);
  const meant = moment ?? (said === undefined ? undefined : { startSec: said.startSec, endSec: said.endSec });
  const follows: Followed = {
    question,
    ...(runId === undefined ? {} : { runId }),
    ...(provenance === undefined ? {} : { askedAt: provenance.askedAt }),
    ...(answer === undefined ? {} : { answer: answer.text }),
    ...(meant === undefined ? {} : { moment: { startSec: meant.startSec, endSec: meant.endSec } }),
  };
  const reasoner = settings?.reasoner;
  const response = record.firstReply?.response ?? record.response;
  if (response === undefined) return { follows };
  const turn: Turn = {
    question,
    response,
    ...(record.options === undefined ? {} : { options: record.options }),
    ...(record.turns === undefined ? {} : { turns: record.turns }),
  };
  const before: ReasonerRequest = reasoner ?? {
    ...{ verbatim: false, framesChosenBy: 'reader', secondsPerPair: 'exact', repetitionPenalty: 1 },
    conversation: [],
  };
  return { follows, reasoner: { ...before, conversation: [...before.conversation, turn] } };
}
