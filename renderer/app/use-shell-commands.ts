import { useEffect } from 'react';
import type { Application } from './application.ts';
import { openVideoPaths } from './actions/video-actions.ts';
import { runCommand } from './commands/command-table.ts';

/** Carries out what native menus and "open with" ask for. */
export function useShellCommands(app: Application): void {
  useEffect(() => {
    app.bridge.onMenuCommand?.((id) => runCommand(app, id));
    app.bridge.onOpenPaths?.((paths) => {
      const open = (): void => void openVideoPaths(app, paths);
      if (app.connection.store.getState().status === 'connected') {
        open();
        return;
      }
      const stop = app.connection.store.subscribe(({ status }) => {
        if (status !== 'connected') return;
        stop();
        open();
      });
    });
  }, [app]);
}
