import type { Annotation } from '../../electron/host/contract/annotations.ts';
import type { Label } from '../../electron/host/contract/library.ts';
import type { Candidate, Moment, SaidMoment } from '../../native-models/protocol/run-record.ts';
import type { TimelineSegment, TimelineTrack } from './timeline-model.ts';
import { timelineTexts } from './timeline-texts.ts';

/** What a run has found so far: from its record, or from its events while it goes on. */
export interface RunFindings {
  readonly runId: string;
  readonly videoId: string;
  readonly query: string;
  /** As the grounder found them. */
  readonly candidates: readonly Candidate[];
  /** Best first, once the verifier has ranked them; `index` is the place in `candidates`. */
  readonly ranking: readonly (Candidate & { readonly index: number })[];
  readonly chosen?: Moment;
  readonly said?: readonly SaidMoment[];
  /** Windows of a long video that were looked at up to now. */
  readonly searched?: readonly Moment[];
}

/** The tracks of a run: candidates with their confidence, the ranking with its scores, the chosen moment, what was said. */
export function runTracks(findings: RunFindings): TimelineTrack[] {
  const { runId, videoId, query } = findings;
  const segment = (candidate: Candidate, candidateIndex: number): Omit<TimelineSegment, 'id'> => ({
    startSec: candidate.startSec,
    endSec: candidate.endSec,
    text: query,
    origin: { type: 'candidate', runId, videoId, candidateIndex, query, ...scoresOf(candidate) },
  });
  const tracks: TimelineTrack[] = [];
  if (findings.candidates.length > 0) {
    tracks.push({
      id: `${runId}:candidates`,
      kind: 'candidates',
      title: timelineTexts.tracks.candidates,
      segments: findings.candidates.map((candidate, index) => ({
        ...segment(candidate, index),
        id: `${runId}:${index}`,
        text: percent(candidate.confidence),
        value: candidate.confidence,
      })),
    });
  }
  const ranked = findings.ranking.filter((candidate) => candidate.verifierScore !== undefined);
  if (ranked.length > 0) {
    tracks.push({
      id: `${runId}:ranking`,
      kind: 'ranking',
      title: timelineTexts.tracks.ranking,
      segments: ranked.map((candidate, place) => ({
        ...segment(candidate, candidate.index),
        id: `${runId}:ranked:${candidate.index}`,
        text: `${place + 1} · ${percent(candidate.verifierScore ?? 0)}`,
        value: candidate.verifierScore ?? 0,
      })),
    });
  }
  if (findings.chosen) {
    const { startSec, endSec } = findings.chosen;
    tracks.push({
      id: `${runId}:chosen`,
      kind: 'chosen',
      title: timelineTexts.tracks.chosen,
      segments: [{ id: `${runId}:chosen:0`, startSec, endSec, text: query, origin: { type: 'fixed' } }],
    });
  }
  if (findings.said && findings.said.length > 0) {
    tracks.push({
      id: `${runId}:said`,
      kind: 'said',
      title: timelineTexts.tracks.said,
      segments: findings.said.map((moment, index) => ({
        id: `${runId}:said:${index}`,
        startSec: moment.startSec,
        endSec: moment.endSec,
        text: moment.text,
        ...(moment.verifierScore === undefined ? {} : { value: moment.verifierScore }),
        origin: { type: 'fixed' },
      })),
    });
  }
  if (findings.searched && findings.searched.length > 0) {
    tracks.push({
      id: `${runId}:searched`,
      kind: 'searched',
      title: timelineTexts.tracks.searched,
      segments: joined(findings.searched).map((stretch, index) => ({
        ...stretch,
        id: `${runId}:searched:${index}`,
        text: '',
        origin: { type: 'fixed' },
      })),
    });
  }
  return tracks;
}

/** Stretches that touch or overlap as one, by time: what is missing between them was not searched. */
function joined(stretches: readonly Moment[]): Moment[] {
  const byStart = stretches.toSorted((one, other) => one.startSec - other.startSec);
  const merged: Moment[] = [];
  for (const { startSec, endSec } of byStart) {
    const last = merged.at(-1);
    if (last !== undefined && startSec <= last.endSec)
      merged[merged.length - 1] = { ...last, endSec: Math.max(last.endSec, endSec) };
    else merged.push({ startSec, endSec });
  }
  return merged;
}

/** The annotators' own track and one for each imported source. */
export function annotationTracks(
  annotations: readonly Annotation[],
  labels: readonly Label[],
): TimelineTrack[] {
  const labelById = new Map(labels.map((label) => [label.id, label]));
  const segmentOf = (annotation: Annotation): TimelineSegment => {
    const label = annotation.labelId === undefined ? undefined : labelById.get(annotation.labelId);
    return {
      id: annotation.id,
      startSec: annotation.startSec,
      endSec: annotation.endSec,
      text: annotation.text,
      state: annotation.state,
      ...(label ? { labelColor: label.color, labelName: label.name } : {}),
      origin: { type: 'annotation', annotation },
    };
  };
  const own = annotations.filter((annotation) => annotation.provenance !== 'imported');
  const imported = Map.groupBy(
    annotations.filter((annotation) => annotation.provenance === 'imported'),
    (annotation) => annotation.source ?? timelineTexts.tracks.imported,
  );
  return [
    { id: 'own', kind: 'own', title: timelineTexts.tracks.own, segments: own.map(segmentOf) },
    ...[...imported].map(([source, group]) => ({
      id: `imported:${source}`,
      kind: 'imported' as const,
      title: source,
      segments: group.map(segmentOf),
    })),
  ];
}

function scoresOf({ confidence, verifierScore }: Candidate) {
  return { confidence, ...(verifierScore === undefined ? {} : { verifierScore }) };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
