import type { BrowserWindow, BrowserWindowConstructorOptions, Dialog, Display, Screen } from 'electron';
import { CrashRecovery } from './crash-recovery.ts';
import { appOrigin, guardContents } from './window-guard.ts';
import type { WindowState } from './window-state.ts';
import { placeWindow, readWindowState, writeWindowState } from './window-state.ts';

/** What a window is made with. */
export interface WindowParts {
  readonly createWindow: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly screen: Pick<Screen, 'getAllDisplays' | 'getPrimaryDisplay'>;
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  readonly preloadPath: string;
  readonly iconPath: string;
  /** Where it is kept where the window was. */
  readonly statePath: string;
}

/** Options under which a page gets nothing of Node and nothing of the system. */
const isolated = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const;

/** Opens the window where it last was, and brings its page back when its process ends. */
export async function openWindow(parts: WindowParts): Promise<BrowserWindow> {
  const { screen, dialog, statePath } = parts;
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display: Display) => display.id !== primary.id);
  const areas = [primary, ...others].map(({ workArea }) => workArea);
  const { bounds, maximized, smallest } = placeWindow(await readWindowState(statePath), areas);
  const window = parts.createWindow({
    ...bounds,
    minWidth: Math.min(smallest.width, bounds.width),
    minHeight: Math.min(smallest.height, bounds.height),
    title: 'VideoMind',
    icon: parts.iconPath,
    show: false,
    backgroundColor: '#14161a',
    webPreferences: { ...isolated, preload: parts.preloadPath },
  });
  guardContents(window.webContents);
  if (maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    const state: WindowState = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    void writeWindowState(statePath, state).catch(() => undefined);
  });

  const recovery = new CrashRecovery();
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    const decision = recovery.decide(reason);
    if (decision === 'reload') window.webContents.reload();
    if (decision === 'ask') void askToReload(`The window ended unexpectedly (${reason}).`);
  });
  window.on('unresponsive', () => void askToReload('The window does not answer.'));

  const askToReload = async (message: string): Promise<void> => {
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message,
      detail: 'Nothing is lost: everything is stored as it happens.',
      buttons: ['Load it again', 'Wait', 'Close'],
      defaultId: 0,
      cancelId: 1,
    });
    if (response === 0) window.webContents.reload();
    if (response === 2) window.destroy();
  };

  await window.loadURL(`${appOrigin}/index.html`);
  return window;
}
