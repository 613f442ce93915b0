import { useEffect } from 'react';
import { currentModel } from './library/selectors.ts';
import { readAhead } from './actions/video-actions.ts';
import { useApp, useLibrary, useWorkspace } from './use-app.ts';

/** Where a person wants that, has the video that is shown read ahead by the current model. */
export function useReadingAhead(): void {
  const app = useApp();
  const videoId = useWorkspace((state) => state.videoId);
  const isWanted = useLibrary((state) => state.settings.readsAhead);
  const modelId = useLibrary((state) => {
    const model = currentModel(state);
    return model?.state === 'ready' ? model.id : undefined;
  });
  const isReady = useLibrary((state) => videoId !== null && state.videos[videoId]?.state === 'ready');
  useEffect(() => {
    if (videoId !== null && isWanted && isReady && modelId !== undefined) void readAhead(app, videoId);
  }, [app, videoId, isWanted, isReady, modelId]);
}
