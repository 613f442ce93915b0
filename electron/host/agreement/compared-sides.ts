import type { Annotation } from '../contract/annotations.ts';
import type { AgreementSide, Sameness } from '../contract/agreement.ts';
import { ownTrackId } from '../contract/library.ts';
import type { ProjectExport } from '../contract/project-export.ts';
import type { Run } from '../contract/runs.ts';
import type { ComparedMoment, ComparedVideo } from './compared-moment.ts';

/** What of a project can be compared. */
export type ComparedProject = Pick<ProjectExport, 'project' | 'videos' | 'runs' | 'annotations'>;

/** The project's videos with how long they are: those that could not be read count up to their last moment. */
export function comparedVideos({ project, videos, annotations }: ComparedProject): ComparedVideo[] {
  const lastSec = new Map<string, number>();
  for (const { videoId, endSec } of annotations)
    lastSec.set(videoId, Math.max(lastSec.get(videoId) ?? 0, endSec));
  const byId = new Map(videos.map((video) => [video.id, video]));
  return project.videoIds.flatMap((videoId) => {
    const video = byId.get(videoId);
    if (video === undefined) return [];
    return [{ videoId, durationSec: video.picture?.durationSec ?? lastSec.get(videoId) ?? 0 }];
  });
}

/** The moments of a side. What was rejected is nobody's. */
export function momentsOf(
  side: AgreementSide,
  content: ComparedProject,
  sameness: Sameness,
): ComparedMoment[] {
  if (side.kind === 'model') return foundMoments(side.name, content, sameness);
  const isOf = (annotation: Annotation): boolean =>
    side.kind === 'track'
      ? (annotation.trackId ?? ownTrackId) === side.id
      : (annotation.changedBy ?? annotation.createdBy) === side.name;
  const labels = new Map(content.project.labels.map(({ id, name }) => [id, name]));
  return content.annotations
    .filter((annotation) => annotation.state !== 'rejected' && isOf(annotation))
    .map((annotation) => ({
      ...{ id: annotation.id, videoId: annotation.videoId },
      ...{ startSec: annotation.startSec, endSec: annotation.endSec },
      name: nameOf(sameness, labels.get(annotation.labelId ?? '') ?? '', annotation.text),
      score: annotation.verifierScore ?? annotation.confidence ?? 1,
    }));
}

/** What a model found: a question that names a label asks for it. */
function foundMoments(model: string, content: ComparedProject, sameness: Sameness): ComparedMoment[] {
  const labels = new Map(content.project.labels.map(({ name }) => [normal(name), name]));
  return lastRuns(content.runs.filter(({ modelName }) => modelName === model)).flatMap((run) => {
    const query = run.record?.plan?.query ?? run.question.question;
    const label = labels.get(normal(query)) ?? labels.get(normal(run.question.question)) ?? '';
    return (run.record?.candidates ?? []).map((candidate) => ({
      videoId: run.question.videoId,
      ...{ startSec: candidate.startSec, endSec: candidate.endSec },
      name: nameOf(sameness, label, query),
      score: candidate.verifierScore ?? candidate.confidence,
    }));
  });
}

/** Of each question about each video the run that was asked last, of those that are done. */
function lastRuns(runs: readonly Run[]): Run[] {
  const last = new Map<string, Run>();
  for (const run of runs.filter(({ record }) => record !== undefined)) {
    const key = JSON.stringify([run.question.videoId, normal(run.question.question)]);
    if ((last.get(key)?.createdAtMs ?? -1) <= run.createdAtMs) last.set(key, run);
  }
  return [...last.values()];
}

function nameOf(sameness: Sameness, label: string, text: string): string {
  if (sameness === 'any') return '';
  return sameness === 'label' ? label : normal(text);
}

function normal(words: string): string {
  return words.trim().toLowerCase().replaceAll(/\s+/gu, ' ');
}
