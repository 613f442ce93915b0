import type { BrowserWindow, Dialog } from 'electron';
import { CrashRecovery } from './crash-recovery.ts';
import { isOwnPage, ownPage } from './window-guard.ts';

/** What is kept of a window. */
export type KeptWindow = Pick<BrowserWindow, 'loadURL' | 'on' | 'destroy' | 'isDestroyed'> & {
  readonly webContents: Pick<BrowserWindow['webContents'], 'on'>;
};

export interface OwnPageParts {
  /** Asks a person what is to become of the window. */
  readonly ask: Dialog['showMessageBox'];
  /** The page that was shown is gone; another one will come. */
  readonly onGone: () => void;
  readonly recovery?: CrashRecovery;
}

const chromiumAborted = -3;

/**
 * Loads the program's page into a window and keeps it there: it is loaded again when its process ended, when it could not
 * be loaded, or when it led itself elsewhere on a way that cannot be closed beforehand (`about:blank`).
 */
export function keepOwnPage(
  window: KeptWindow,
  { ask, onGone, recovery = new CrashRecovery() }: OwnPageParts,
): void {
  const load = (): void => {
    // Why it was not loaded, an event says; that it was given up for another load, or with its window, is no failure.
    window.loadURL(ownPage).catch(() => undefined);
  };
  const recover = (reason: string): void => {
    onGone();
    const decision = recovery.decide(reason);
    if (decision === 'reload') load();
    if (decision === 'ask') void askToReload(`The window ended unexpectedly (${reason}).`);
  };
  const askToReload = async (message: string): Promise<void> => {
    if (window.isDestroyed()) return;
    const { response } = await ask(window as BrowserWindow, {
      type: 'warning',
      message,
      detail: 'Nothing is lost: everything is stored as it happens.',
      buttons: ['Load it again', 'Wait', 'Close'],
      defaultId: 0,
      cancelId: 1,
    });
    if (window.isDestroyed()) return;
    if (response === 0) load();
    if (response === 2) window.destroy();
  };

  const { webContents } = window;
  webContents.on('render-process-gone', (_event, { reason }) => recover(reason));
  webContents.on('did-fail-load', (_event, code, description, _address, isMainFrame) => {
    if (isMainFrame && code !== chromiumAborted) recover(description);
  });
  webContents.on('did-navigate', (_event, address) => {
    if (!isOwnPage(address)) recover('it left the program');
  });
  window.on('unresponsive', () => void askToReload('The window does not answer.'));
  load();
}
