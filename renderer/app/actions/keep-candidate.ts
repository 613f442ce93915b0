import type { NewAnnotation } from '../../../electron/host/contract/annotations.ts';
import type { Run } from '../../../electron/host/contract/runs.ts';
import type { Candidate } from '../../../native-models/protocol/run-record.ts';
import type { Application } from '../application.ts';
import { appTexts } from '../texts.ts';
import { edit, newAnnotationId } from './annotation-actions.ts';

/** Makes annotations of candidates of a run, by their places in its record; one step of undo. */
export function keepCandidates(
  app: Application,
  run: Run,
  candidates: readonly { readonly candidate: Candidate; readonly index: number }[],
): void {
  const kept = candidates.map(({ candidate, index }): NewAnnotation => {
    const { startSec, endSec, confidence, verifierScore } = candidate;
    return {
      id: newAnnotationId(),
      videoId: run.question.videoId,
      startSec,
      endSec,
      text: run.record?.plan?.query ?? run.question.question,
      note: '',
      state: 'open',
      provenance: 'model',
      runId: run.id,
      candidateIndex: index,
      confidence,
      ...(verifierScore === undefined ? {} : { verifierScore }),
    };
  });
  if (kept.length === 0) return;
  edit(app, {
    title: appTexts.keepMoment,
    operations: kept.map((annotation) => ({ op: 'add', annotation })),
    select: kept.map(({ id }) => id).slice(0, 1),
  });
}

/** Makes an annotation of one candidate. */
export function keepCandidate(app: Application, run: Run, candidate: Candidate, index: number): void {
  keepCandidates(app, run, [{ candidate, index }]);
}
