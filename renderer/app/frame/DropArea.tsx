import { useRef } from 'react';
import type { DragEvent, ReactNode } from 'react';
import { takeDroppedFiles } from '../actions/dropped-files.ts';
import { appTexts } from '../texts.ts';
import { useApp, useWorkspace } from '../use-app.ts';
import styles from './DropArea.module.css';

/** The window as a place to drop files on. */
export function DropArea({ children }: { readonly children: ReactNode }) {
  const app = useApp();
  const dropping = useWorkspace((state) => state.dropping);
  const depth = useRef(0);
  const enter = (by: 1 | -1): void => {
    depth.current += by;
    app.workspace.setState({ dropping: depth.current > 0 });
  };
  const whenFiles = (act: (event: DragEvent) => void) => (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    act(event);
  };
  return (
    <div
      className={styles.area}
      onDragEnter={whenFiles(() => enter(1))}
      onDragLeave={whenFiles(() => enter(-1))}
      onDragOver={whenFiles((event) => {
        event.dataTransfer.dropEffect = 'copy';
      })}
      onDrop={whenFiles((event) => {
        depth.current = 0;
        app.workspace.setState({ dropping: false });
        void takeDroppedFiles(app, [...event.dataTransfer.files]);
      })}
    >
      {children}
      {dropping && (
        <div className={styles.over}>
          <p className={styles.title}>{appTexts.dropTitle}</p>
          <p>{appTexts.dropText}</p>
        </div>
      )}
    </div>
  );
}
