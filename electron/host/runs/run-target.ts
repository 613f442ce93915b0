import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { Model } from '../contract/models.ts';
import type { Question } from '../contract/runs.ts';
import { required } from '../host-context.ts';
import type { HostContext } from '../host-context.ts';
import type { RunTarget } from './run-queue.ts';

/** Finds the model of a question and the files that it is about. @throws EngineError NOT_FOUND */
export async function findTarget(
  store: HostContext['store'],
  findModel: (modelId: string) => Promise<Model>,
  question: Question,
): Promise<{ readonly model: Model; readonly paths: RunTarget }> {
  const project = required(await store.call('findProject', { id: question.projectId }), 'project');
  const video = await store.call('findVideo', { id: question.videoId });
  if (video === undefined || !project.videoIds.includes(video.id)) {
    throw new EngineError('NOT_FOUND', 'The project has no such video.');
  }
  const { subtitlesId } = question;
  const subtitles =
    subtitlesId === undefined
      ? undefined
      : required(
          video.subtitles.find(({ id }) => id === subtitlesId),
          'subtitles',
        );
  const model = await findModel(question.modelId);
  const paths = {
    ...{ videoPath: video.path, videoStream: video.picture?.videoStream, modelPath: model.path },
    ...{ subtitlesPath: subtitles?.path, subtitlesEncoding: subtitles?.encoding },
  };
  return { model, paths };
}
