import type { DragEvent, ReactNode } from 'react';
import { takeDroppedFiles } from '../actions/dropped-files.ts';
import { appTexts } from '../texts.ts';
import { useApp, useWorkspace } from '../use-app.ts';
import styles from './DropArea.module.css';

/** The window as a place to drop files on. */
export function DropArea({ children }: { readonly children: ReactNode }) {
  const app = useApp();
  const dropping = useWorkspace((state) => state.dropping);
  const hold = (dropping: boolean): void => app.workspace.setState({ dropping });
  const whenFiles = (act: (event: DragEvent) => void) => (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    act(event);
  };
  return (
    <div
      className={styles.area}
      onDragEnter={whenFiles(() => hold(true))}
      onDragLeave={whenFiles(({ currentTarget, relatedTarget }) => {
        // From one part of the window to another is not out of it.
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) hold(false);
      })}
      onDragOver={whenFiles((event) => {
        event.dataTransfer.dropEffect = 'copy';
      })}
      onDrop={whenFiles((event) => {
        hold(false);
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
