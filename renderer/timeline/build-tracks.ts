import type { Annotation } from '../../electron/host/contract/annotations.ts';
import { ownTrackId } from '../../electron/host/contract/library.ts';
import type { Chapter, Label, Track } from '../../electron/host/contract/library.ts';
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
  /** Stretches that tools looked at, in the order of the calls. */
  readonly looked?: readonly (Moment & { readonly text: string })[];
  /** Windows of a long video that were looked at up to now. */
  readonly searched?: readonly Moment[];
}

/**
 * The tracks of a run: candidates with their confidence, the ranking with its scores, the chosen moment, what was said.
 * @param annotated tracks whose moments may be kept candidates of the run.
 */
export function runTracks(findings: RunFindings, annotated: readonly TimelineTrack[] = []): TimelineTrack[] {
  const { runId, videoId, query } = findings;
  const kept = keptByCandidate(runId, annotated);
  const keptAs = (index: number) => {
    const segment = kept.get(index);
    return segment === undefined ? {} : { keptAs: segment };
  };
  const segment = (candidate: Candidate, candidateIndex: number): Omit<TimelineSegment, 'id'> => ({
    startSec: candidate.startSec,
    endSec: candidate.endSec,
    text: query,
    origin: {
      ...{ type: 'candidate', runId, videoId, candidateIndex, query },
      ...scoresOf(candidate),
      ...keptAs(candidateIndex),
    },
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
  if (findings.looked && findings.looked.length > 0) {
    tracks.push({
      id: `${runId}:looked`,
      kind: 'looked',
      title: timelineTexts.tracks.looked,
      segments: findings.looked.map(({ startSec, endSec, text }, index) => ({
        ...{ id: `${runId}:looked:${index}`, startSec, endSec, text, origin: { type: 'fixed' } },
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

/** The chapters of a video as a track that is only looked at; none where it has no chapters. */
export function chapterTracks(videoId: string, chapters: readonly Chapter[]): readonly TimelineTrack[] {
  if (chapters.length === 0) return [];
  return [
    {
      id: `${videoId}:chapters`,
      kind: 'chapters',
      title: timelineTexts.tracks.chapters,
      segments: chapters.map((chapter, index) => ({
        id: `${videoId}:chapter:${index}`,
        startSec: chapter.startSec,
        endSec: chapter.endSec,
        text: chapterTitle(chapter, index),
        origin: { type: 'fixed' },
      })),
    },
  ];
}

/** What a chapter is called; one without a title by its number. */
export function chapterTitle({ title }: Chapter, index: number): string {
  return title.trim() === '' ? timelineTexts.chapter(index + 1) : title;
}

interface KeptSegment {
  readonly label: Label | undefined;
  readonly track: Track;
  readonly segment: TimelineSegment;
}

/** Of each annotation the segment that was last made of it: a change of one makes none of the others anew. */
const segments = new WeakMap<Annotation, KeptSegment>();

function segmentOf(annotation: Annotation, label: Label | undefined, track: Track): TimelineSegment {
  const kept = segments.get(annotation);
  if (kept?.label === label && kept?.track === track) return kept.segment;
  const { id, startSec, endSec, text, state } = annotation;
  const locked = isFixed(track);
  const segment: TimelineSegment = {
    ...{ id, startSec, endSec, text, state },
    ...(label ? { labelColor: label.color, labelName: label.name } : {}),
    ...(label === undefined && track.color !== undefined ? { labelColor: track.color } : {}),
    ...(locked ? { locked } : {}),
    origin: { type: 'annotation', annotation },
  };
  segments.set(annotation, { label, track, segment });
  return segment;
}

/** The project's tracks that are shown, in its order, with what of a video is on them. */
export function annotationTracks(
  annotations: readonly Annotation[],
  { labels, tracks }: { readonly labels: readonly Label[]; readonly tracks: readonly Track[] },
): TimelineTrack[] {
  const labelById = new Map(labels.map((label) => [label.id, label]));
  const known = new Set(tracks.map(({ id }) => id));
  const byTrack = Map.groupBy(annotations, ({ trackId = ownTrackId }) =>
    known.has(trackId) ? trackId : ownTrackId,
  );
  return tracks
    .filter(({ hidden }) => !hidden)
    .map((track) => {
      const locked = isFixed(track);
      return {
        id: track.id,
        kind: track.kind === 'own' ? ('own' as const) : ('imported' as const),
        title: track.name,
        ...(track.color === undefined ? {} : { color: track.color }),
        ...(locked ? { locked } : {}),
        segments: (byTrack.get(track.id) ?? []).map((annotation) =>
          segmentOf(annotation, labelById.get(annotation.labelId ?? ''), track),
        ),
      };
    });
}

/** Whether nothing on a track can be changed: it is locked, or what others found. */
export function isFixed({ locked, kind }: Track): boolean {
  return locked || kind === 'reference';
}

/** The moments that a run's candidates were kept as, by their places; the first where there are several. */
function keptByCandidate(
  runId: string,
  tracks: readonly TimelineTrack[],
): ReadonlyMap<number, TimelineSegment> {
  const kept = new Map<number, TimelineSegment>();
  for (const segment of tracks.flatMap(({ segments }) => segments)) {
    if (segment.origin.type !== 'annotation') continue;
    const { runId: from, candidateIndex } = segment.origin.annotation;
    if (from === runId && candidateIndex !== undefined && !kept.has(candidateIndex)) {
      kept.set(candidateIndex, segment);
    }
  }
  return kept;
}

function scoresOf({ confidence, verifierScore }: Candidate) {
  return { confidence, ...(verifierScore === undefined ? {} : { verifierScore }) };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
