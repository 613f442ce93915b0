import type { BrowserWindow, BrowserWindowConstructorOptions, Dialog, Display, Screen } from 'electron';
import { keepOwnPage } from './own-page.ts';
import { guardContents } from './window-guard.ts';
import type { Bounds } from './window-state.ts';
import { WindowStateFile, frameShift, placeWindow } from './window-state.ts';

/** What a window is made with. */
export interface WindowParts {
  readonly createWindow: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly screen: Pick<Screen, 'getAllDisplays' | 'getPrimaryDisplay'>;
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  readonly preloadPath: string;
  readonly iconPath: string;
  /** Where it is kept where the window was. */
  readonly statePath: string;
  /** The page is gone that listened for paths; another one will say when it listens. */
  readonly onPageGone: () => void;
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

/** The one window of the program, while it is open. */
export class MainWindow {
  readonly #parts: WindowParts;
  readonly #state: WindowStateFile;
  #window: BrowserWindow | undefined;
  #opening: Promise<void> | undefined;

  constructor(parts: WindowParts) {
    this.#parts = parts;
    this.#state = new WindowStateFile(parts.statePath);
  }

  /** Opens it where it last was, or brings the open one to the front. Done when it is there; its page loads from then on. */
  async show(): Promise<void> {
    if (this.#window !== undefined) {
      if (this.#window.isMinimized()) this.#window.restore();
      this.#window.focus();
      return;
    }
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    await this.#opening;
  }

  /** Tells its page something; whoever is not there is told nothing. */
  send(channel: string, value: unknown): void {
    this.#window?.webContents.send(channel, value);
  }

  /** Where it was is written down. */
  stateWritten(): Promise<void> {
    return this.#state.written();
  }

  async #open(): Promise<void> {
    const { screen, dialog, onPageGone } = this.#parts;
    const state = await this.#state.read();
    const primary = screen.getPrimaryDisplay();
    const others = screen.getAllDisplays().filter((display: Display) => display.id !== primary.id);
    const areas = [primary, ...others].map(({ workArea }) => workArea);
    const { bounds, maximized, smallest } = placeWindow(state, areas);
    const window = this.#parts.createWindow({
      ...bounds,
      minWidth: Math.min(smallest.width, bounds.width),
      minHeight: Math.min(smallest.height, bounds.height),
      title: 'VideoMind',
      icon: this.#parts.iconPath,
      show: false,
      backgroundColor: '#14161a',
      webPreferences: { ...isolated, preload: this.#parts.preloadPath },
    });
    this.#window = window;
    guardContents(window.webContents);
    if (maximized) window.maximize();
    window.once('ready-to-show', () => window.show());
    const shift = maximized ? () => ({ x: 0, y: 0 }) : watchFrame(window, bounds);
    window.on('close', () => {
      const { x, y, ...size } = window.getNormalBounds();
      const place = { x: x - shift().x, y: y - shift().y, ...size };
      this.#state.write({ bounds: place, maximized: window.isMaximized() });
    });
    window.on('closed', () => {
      this.#window = undefined;
      onPageGone();
    });
    keepOwnPage(window, { ask: dialog.showMessageBox.bind(dialog), onGone: onPageGone });
  }
}

/** Watches for the move that a frame makes: the one between the showing of a window and its first focus. */
function watchFrame(window: BrowserWindow, asked: Bounds): () => ReturnType<typeof frameShift> {
  let shift = { x: 0, y: 0 };
  window.once('show', () => {
    const note = (): void => void (shift = frameShift(asked, window.getNormalBounds()));
    window.on('move', note);
    window.once('focus', () => void window.off('move', note));
  });
  return () => shift;
}
