import { useEffect } from 'react';
import type { Application } from './application.ts';
import { openVideoPaths } from './actions/video-actions.ts';
import { runCommand } from './commands/command-table.ts';
import { writesText } from './commands/keys.ts';

/** Carries out what native menus and "open with" ask for. */
export function useShellCommands(app: Application): void {
  useEffect(() => {
    app.bridge.onMenuCommand?.((id) => {
      if (!movesInWriting(id)) runCommand(app, id);
    });
    app.bridge.onOpenPaths?.(async (paths) => {
      await whenConnected(app);
      await openVideoPaths(app, paths);
    });
  }, [app]);
}

function whenConnected({ connection: { store } }: Application): Promise<void> {
  if (store.getState().status === 'connected') return Promise.resolve();
  return new Promise((resolve) => {
    const stop = store.subscribe(({ status }) => {
      if (status !== 'connected') return;
      stop();
      resolve();
    });
  });
}

const writingCommands: Readonly<Record<string, string>> = { 'project.undo': 'undo', 'project.redo': 'redo' };

/**
 * Undo and redo of a menu mean what is being written, while something is. On a Mac the menu gets their keys too: there ⌘Z
 * in a field would take back an annotation.
 */
function movesInWriting(id: string): boolean {
  const command = writingCommands[id];
  if (command === undefined || !writesText(document.activeElement)) return false;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else reaches the history that a field keeps of itself
  document.execCommand(command);
  return true;
}
