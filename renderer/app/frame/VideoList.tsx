import { Film } from 'lucide-react';
import type { LibraryVideo } from '../../../electron/host/contract/library.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { VirtualList } from '../../ui/VirtualList.tsx';
import { openDemoClip } from '../actions/demo-actions.ts';
import { addVideos } from '../actions/video-actions.ts';
import { appTexts } from '../texts.ts';
import { useApp } from '../use-app.ts';
import { VideoRow } from './VideoRow.tsx';

const rowHeight = 58;

/** The videos of the project. */
export function VideoList({ videos }: { readonly videos: readonly LibraryVideo[] }) {
  const app = useApp();
  if (videos.length === 0) {
    return (
      <EmptyState
        icon={<Film size={28} strokeWidth={1.5} />}
        title={appTexts.noVideosTitle}
        actions={
          <>
            <Button look="primary" onClick={() => void addVideos(app)}>
              {appTexts.addVideosHere}
            </Button>
            <Button onClick={() => void openDemoClip(app)}>{appTexts.openDemo}</Button>
          </>
        }
      >
        {appTexts.noVideosText}
      </EmptyState>
    );
  }
  return (
    <VirtualList
      label={appTexts.videos}
      items={videos}
      keyOf={({ id }) => id}
      rowHeight={rowHeight}
      row={(video) => <VideoRow video={video} />}
    />
  );
}
