import { useVirtualizer } from '@tanstack/react-virtual';
import { Film } from 'lucide-react';
import { useRef } from 'react';
import type { LibraryVideo } from '../../../electron/host/contract/library.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { openDemoClip } from '../actions/demo-actions.ts';
import { addVideos } from '../actions/video-actions.ts';
import { appTexts } from '../texts.ts';
import { useApp } from '../use-app.ts';
import { VideoRow } from './VideoRow.tsx';
import styles from './VideoList.module.css';

const rowHeight = 58;

/** The videos of the project. */
export function VideoList({ videos }: { readonly videos: readonly LibraryVideo[] }) {
  'use no memo';
  const app = useApp();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: videos.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
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
    <div ref={scroller} className={styles.scroller}>
      <ul aria-label={appTexts.videos} className={styles.list} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const video = videos[row.index];
          return (
            video !== undefined && (
              <li
                key={video.id}
                className={styles.item}
                style={{ transform: `translateY(${row.start}px)`, height: row.size }}
              >
                <VideoRow video={video} />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
