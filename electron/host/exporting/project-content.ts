import type { ProjectExport } from '../contract/project-export.ts';
import type { ExportRequest } from '../contract/exports.ts';
import { ownTrackId } from '../contract/library.ts';
import { required } from '../host-context.ts';
import type { HostContext } from '../host-context.ts';

/** All that was chosen of a project. @throws EngineError NOT_FOUND */
export async function chosenContent(
  { store, now }: HostContext,
  request: ExportRequest,
  program: string,
): Promise<ProjectExport> {
  const { projectId, videoIds, runIds, annotationIds, state, trackIds, labelIds, provenances } = request;
  const project = required(await store.call('findProject', { id: projectId }), 'project');
  const isChosen = <Id>(chosen: readonly Id[] | undefined, id: Id) => chosen?.includes(id) ?? true;
  const ofVideo = (id: string) => project.videoIds.includes(id) && isChosen(videoIds, id);
  const { runs } = await store.call('listRuns', { projectId, limit: Number.MAX_SAFE_INTEGER - 1 });
  const { annotations } = await store.call('listAnnotations', { projectId });
  return {
    format: 'videomind-project',
    schemaVersion: 1,
    program,
    exportedAtMs: now(),
    project,
    videos: (await store.call('listVideos')).filter(({ id }) => ofVideo(id)),
    runs: runs
      .filter((run) => isChosen(runIds, run.id) && ofVideo(run.question.videoId))
      .sort((one, other) => one.createdAtMs - other.createdAtMs),
    annotations: annotations.filter(
      (annotation) =>
        isChosen(annotationIds, annotation.id) &&
        ofVideo(annotation.videoId) &&
        (state === undefined || annotation.state === state) &&
        isChosen(trackIds, annotation.trackId ?? ownTrackId) &&
        isChosen(labelIds, annotation.labelId ?? null) &&
        isChosen(provenances, annotation.provenance),
    ),
  };
}
