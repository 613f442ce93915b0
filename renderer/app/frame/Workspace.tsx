import { useState } from 'react';
import { Splitter } from '../../ui/Splitter.tsx';
import { changeLayout, layoutLimits, layoutOf } from '../layout.ts';
import type { Layout } from '../layout.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary } from '../use-app.ts';
import { LeftPane } from './LeftPane.tsx';
import { RightPane } from './RightPane.tsx';
import { VideoStage } from './VideoStage.tsx';
import styles from './Workspace.module.css';

type Size = 'leftWidth' | 'rightWidth' | 'timelineHeight';

/** The library, the video over its timeline, and the panel of questions and review. */
export function Workspace() {
  const app = useApp();
  const settings = useLibrary((state) => state.settings);
  const kept = layoutOf(settings);
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
        <>
          <aside className={styles.side} style={{ width: layout.leftWidth }} aria-label={appTexts.leftPane}>
            <LeftPane />
          </aside>
          <Splitter label={appTexts.panes.left} line="vertical" {...splitter('leftWidth')} />
        </>
      )}
      <main className={styles.centre} aria-label={appTexts.workspace}>
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
        <>
          <Splitter label={appTexts.panes.right} line="vertical" after {...splitter('rightWidth')} />
          <aside className={styles.side} style={{ width: layout.rightWidth }} aria-label={appTexts.rightPane}>
            <RightPane />
          </aside>
        </>
      )}
    </div>
  );
}
