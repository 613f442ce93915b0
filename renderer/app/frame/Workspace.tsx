import { useState, useSyncExternalStore } from 'react';
import { Splitter } from '../../ui/Splitter.tsx';
import { changeLayout, layoutLimits, layoutOf } from '../layout.ts';
import type { Layout } from '../layout.ts';
import { appTexts } from '../texts.ts';
import { useReadingAhead } from '../use-reading-ahead.ts';
import { useApp, useLibrary, useWorkspace } from '../use-app.ts';
import { LeftPane } from './LeftPane.tsx';
import { RightPane } from './RightPane.tsx';
import { VideoStage } from './VideoStage.tsx';
import styles from './Workspace.module.css';

type Size = 'leftWidth' | 'rightWidth' | 'timelineHeight';

/** The library, the video over its timeline, and the panel of questions and review. */
export function Workspace() {
  const app = useApp();
  const stored = useLibrary((state) => state.settings.layout);
  useReadingAhead();
  const windowHeight = useSyncExternalStore(watchSize, () => window.innerHeight);
  const kept = layoutOf({ layout: stored }, windowHeight);
  const videoId = useWorkspace((state) => state.videoId);
  const videoName = useLibrary((state) => (videoId === null ? undefined : state.videos[videoId]?.name));
  // While a line is dragged the size is here alone.
  const [dragged, setDragged] = useState<Partial<Layout>>({});
  const layout = { ...kept, ...dragged };
  const resize = (name: Size) => (size: number, done: boolean) => {
    setDragged(done ? {} : { [name]: size });
    if (done) changeLayout(app, { [name]: size });
  };
  const splitter = (name: Size) => ({
    size: layout[name],
    min: layoutLimits[name][0],
    max: layoutLimits[name][1],
    onResize: resize(name),
  });
  return (
    <div className={styles.workspace}>
      {layout.left === 1 && (
        <aside className={styles.side} aria-label={appTexts.leftPane}>
          <div className={styles.pane} style={{ width: layout.leftWidth }}>
            <LeftPane />
          </div>
          <Splitter label={appTexts.panes.left} line="vertical" {...splitter('leftWidth')} />
        </aside>
      )}
      <main className={styles.centre} aria-label={appTexts.workspace}>
        <h1 className="only-heard">{videoName ?? appTexts.productName}</h1>
        <VideoStage
          timelineHeight={layout.timelineHeight}
          splitter={
            <Splitter
              label={appTexts.panes.timeline}
              line="horizontal"
              after
              {...splitter('timelineHeight')}
            />
          }
        />
      </main>
      {layout.right === 1 && (
        <aside className={styles.side} aria-label={appTexts.rightPane}>
          <Splitter label={appTexts.panes.right} line="vertical" after {...splitter('rightWidth')} />
          <div className={styles.pane} style={{ width: layout.rightWidth }}>
            <RightPane />
          </div>
        </aside>
      )}
    </div>
  );
}

function watchSize(changed: () => void): () => void {
  window.addEventListener('resize', changed);
  return () => window.removeEventListener('resize', changed);
}
