import type { Annotation } from '../contract/annotations.ts';
import type { LibraryVideo } from '../contract/library.ts';
import type { ProjectExport } from '../contract/project-export.ts';
import type { Run } from '../contract/runs.ts';

/** One moment as the exports write it: an annotation, or what a run chose. */
export interface ExportedMoment {
  readonly startSec: number;
  readonly endSec: number;
  /** What is to be seen in it. */
  readonly text: string;
  /** Name of its label; empty without one. */
  readonly label: string;
  readonly note: string;
  readonly provenance: Annotation['provenance'];
  readonly state: Annotation['state'];
  readonly confidence?: number | undefined;
  readonly verifierScore?: number | undefined;
  /** Name of the file that it was imported from. */
  readonly source?: string | undefined;
  /** The answer that it proves. */
  readonly answer?: string | undefined;
  readonly id: string;
}

/** The moments of one video, by their start. */
export interface VideoMoments {
  readonly video: LibraryVideo;
  readonly moments: readonly ExportedMoment[];
}

/**
 * The moments of a project, video by video: its annotations, and for each finished run the moment that it chose, unless
 * an annotation already began as that very candidate. Videos without moments are left out.
 */
export function momentsByVideo(content: ProjectExport): VideoMoments[] {
  const labels = new Map(content.project.labels.map((label) => [label.id, label.name]));
  return content.videos
    .map((video) => ({
      video,
      moments: [
        ...content.annotations
          .filter((annotation) => annotation.videoId === video.id)
          .map((annotation) => fromAnnotation(annotation, labels)),
        ...content.runs
          .filter((run) => run.question.videoId === video.id && !isAnnotated(run, content.annotations))
          .flatMap((run) => fromRun(run)),
      ].sort((one, other) => one.startSec - other.startSec || one.endSec - other.endSec),
    }))
    .filter(({ moments }) => moments.length > 0);
}

function fromAnnotation(annotation: Annotation, labels: ReadonlyMap<string, string>): ExportedMoment {
  const { startSec, endSec, text, note, provenance, state, confidence, verifierScore, source, id } =
    annotation;
  const label = annotation.labelId === undefined ? '' : (labels.get(annotation.labelId) ?? '');
  return { startSec, endSec, text, label, note, provenance, state, confidence, verifierScore, source, id };
}

function fromRun(run: Run): ExportedMoment[] {
  const best = run.record?.candidates[0];
  if (run.record?.moment === undefined || best === undefined) return [];
  return [
    {
      startSec: best.startSec,
      endSec: best.endSec,
      text: run.record.plan?.query ?? run.question.question,
      label: '',
      note: run.note,
      provenance: 'model',
      state: run.review,
      confidence: best.confidence,
      verifierScore: best.verifierScore,
      answer: run.record.answer?.text,
      id: run.id,
    },
  ];
}

function isAnnotated(run: Run, annotations: readonly Annotation[]): boolean {
  return annotations.some((annotation) => annotation.runId === run.id && annotation.candidateIndex === 0);
}
