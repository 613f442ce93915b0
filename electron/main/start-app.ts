import type {
  App,
  BrowserWindow,
  BrowserWindowConstructorOptions,
  CommandLine,
  Dialog,
  IpcMain,
  Menu,
  Protocol,
  Screen,
  Shell,
} from 'electron';
import path from 'node:path';
import { z } from 'zod';
import { toEngineError } from '../../native-models/protocol/errors.ts';
import { makeFolder } from '../host/files/make-folder.ts';
import type { Program } from '../host/open-program.ts';
import { channels } from '../preload/channels.ts';
import { RendererFiles } from '../server/renderer-files.ts';
import { MainWindow } from './main-window.ts';
import { menuTemplate } from './menu-template.ts';
import { OpenedPaths } from './opened-paths.ts';
import { profileFolder, readArguments } from './start-arguments.ts';
import { respondToWindow } from './web-responses.ts';
import { answerWindowCalls } from './window-calls.ts';
import { appOrigin, guardContents, guardSession, keepOffline, mediaPrefix } from './window-guard.ts';
import type { GuardedSession, OfflineSession } from './window-guard.ts';

/** What of Electron the shell uses. */
export interface ElectronParts {
  readonly app: Pick<
    App,
    | 'requestSingleInstanceLock'
    | 'whenReady'
    | 'on'
    | 'quit'
    | 'exit'
    | 'getPath'
    | 'setPath'
    | 'isPackaged'
    | 'enableSandbox'
  > & { readonly commandLine: Pick<CommandLine, 'hasSwitch'> };
  readonly createWindow: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly dialog: Pick<Dialog, 'showOpenDialog' | 'showSaveDialog' | 'showMessageBox' | 'showErrorBox'>;
  readonly ipc: Pick<IpcMain, 'on' | 'handle'>;
  readonly menu: Pick<typeof Menu, 'buildFromTemplate' | 'setApplicationMenu'>;
  readonly protocol: Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle'>;
  readonly screen: Pick<Screen, 'getAllDisplays' | 'getPrimaryDisplay'>;
  readonly session: () => GuardedSession & OfflineSession;
  readonly shell: Pick<Shell, 'showItemInFolder' | 'openExternal'>;
}

/** Where the shell finds its own files, and how it opens the library. */
export interface AppOptions {
  readonly platform: NodeJS.Platform;
  /** The program's own arguments (`ownArguments`). */
  readonly args: readonly string[];
  /** The folder of the library that the environment names; `--data` comes before it. */
  readonly dataFolder?: string | undefined;
  readonly rendererPath: string;
  readonly preloadPath: string;
  readonly iconPath: string;
  /** @param dataFolder the library's; undefined for the system's place. */
  readonly openProgram: (dataFolder: string | undefined) => Promise<Program>;
  /** Told when the shell's own code is at work: Chromium has found its sandbox and its screen. */
  readonly onStarted?: () => void;
}

/** The scheme has an origin and a policy like a secure site, and media can be sought in. */
const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true };

/** What a second start tells the first. Electron hands on its arguments too, but with switches moved before all others. */
const secondStartSchema = z.object({ files: z.array(z.string().min(1).max(32_768)).max(10_000) });

/**
 * Runs the desktop shell: one instance, one window, the program behind it. Returns false when another instance is open
 * already, which then shows itself; and when the start failed, which is said in a box of its own and ends the program.
 */
export async function startApp(electron: ElectronParts, options: AppOptions): Promise<boolean> {
  try {
    return await openApp(electron, options);
  } catch (thrown) {
    const error = toEngineError(thrown);
    electron.dialog.showErrorBox('VideoMind cannot start', `${error.message}\n\n${error.remedy}`);
    electron.app.exit(1);
    return false;
  }
}

async function openApp(electron: ElectronParts, options: AppOptions): Promise<boolean> {
  const { app } = electron;
  options.onStarted?.();
  const { files, dataFolder = options.dataFolder } = readArguments(options.args, process.cwd());
  useProfile(app, dataFolder);
  if (!app.requestSingleInstanceLock({ files })) {
    app.quit();
    return false;
  }
  // It would take the switch back, and without it nothing starts where Chromium's sandbox cannot (root, some containers).
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  electron.protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges }]);
  const openedPaths = new OpenedPaths();
  openedPaths.add(files);
  const window = new MainWindow({
    ...electron,
    preloadPath: options.preloadPath,
    iconPath: options.iconPath,
    statePath: path.join(app.getPath('userData'), 'window.json'),
    onPageGone: () => openedPaths.setListener(undefined),
  });
  let isReady = false;
  const show = (): void => {
    // Until then the start itself is about to open it.
    if (isReady) void window.show();
  };
  app.on('open-file', (event, filePath) => {
    event.preventDefault();
    openedPaths.add([filePath]);
    show();
  });
  app.on('second-instance', (_event, _argv, _workingFolder, told) => {
    const { data } = secondStartSchema.safeParse(told);
    if (data !== undefined) openedPaths.add(data.files);
    show();
  });
  // Whatever opens contents of its own is guarded too.
  app.on('web-contents-created', (_event, contents) => guardContents(contents));

  await app.whenReady();
  // The window is there while the library opens: its page comes at once, and what it asks of the library waits.
  const program = options.openProgram(dataFolder);
  program.catch(() => undefined); // awaited below
  endWithProgram(app, program, window);
  await keepOffline(electron.session());
  guardSession(electron.session());
  serveScheme(electron.protocol, program, options.rendererPath);
  answerWindowCalls({
    ...electron,
    program,
    onListening: (channel) => {
      if (channel !== channels.openPaths) return;
      openedPaths.setListener((paths) => window.send(channels.openPaths, paths));
    },
    onOpened: (paths) => openedPaths.opened(paths),
  });
  const runCommand = (command: string): void => window.send(channels.menuCommand, command);
  electron.menu.setApplicationMenu(
    electron.menu.buildFromTemplate(menuTemplate(options.platform, runCommand)),
  );
  app.on('window-all-closed', () => {
    if (options.platform !== 'darwin') app.quit();
  });
  app.on('activate', show);
  await Promise.all([window.show(), program]);
  isReady = true;
  return true;
}

/** Has to come before the lock, which lies in the profile. A folder that a person named for it stays. */
function useProfile(app: ElectronParts['app'], dataFolder: string | undefined): void {
  if (app.commandLine.hasSwitch('user-data-dir')) return;
  const { isPackaged } = app;
  const folder = profileFolder({ isPackaged, dataFolder, appData: app.getPath('appData') });
  if (folder === undefined) return;
  makeFolder(folder);
  app.setPath('userData', folder);
}

/**
 * The program is closed before the process ends: what runs is written down as interrupted, the engine ends, and where the
 * window was is kept.
 */
function endWithProgram(app: ElectronParts['app'], program: Promise<Program>, window: MainWindow): void {
  let disposal: 'none' | 'begun' | 'done' = 'none';
  app.on('will-quit', (event) => {
    if (disposal === 'done') return;
    event.preventDefault();
    if (disposal === 'begun') return;
    disposal = 'begun';
    const disposed = program.then((opened) => opened.dispose());
    void Promise.allSettled([disposed, window.stateWritten()]).then(() => {
      disposal = 'done';
      app.quit();
    });
  });
}

/** Page and media are of one origin. */
function serveScheme(
  protocol: ElectronParts['protocol'],
  program: Promise<Program>,
  rendererPath: string,
): void {
  const renderer = new RendererFiles(rendererPath);
  protocol.handle('app', (request) =>
    request.url.startsWith(mediaPrefix)
      ? respondToWindow(request, mediaPrefix, async (asked) => (await program).respondWithMedia(asked))
      : respondToWindow(request, `${appOrigin}/`, (asked) => renderer.respond(asked)),
  );
}
