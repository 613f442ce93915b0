import type {
  App,
  BrowserWindow,
  BrowserWindowConstructorOptions,
  Dialog,
  IpcMain,
  Menu,
  Protocol,
  Screen,
  Session,
  Shell,
} from 'electron';
import path from 'node:path';
import { toEngineError } from '../../native-models/protocol/errors.ts';
import type { Program } from '../host/open-program.ts';
import { channels } from '../preload/channels.ts';
import { RendererFiles } from '../server/renderer-files.ts';
import { openWindow } from './app-window.ts';
import { menuTemplate } from './menu-template.ts';
import { OpenedPaths, pathsInArguments } from './opened-paths.ts';
import { respondToWindow } from './web-responses.ts';
import { answerWindowCalls } from './window-calls.ts';
import { appOrigin, guardContents, guardSession } from './window-guard.ts';

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
    | 'isPackaged'
    | 'enableSandbox'
  >;
  readonly createWindow: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly dialog: Pick<Dialog, 'showOpenDialog' | 'showSaveDialog' | 'showMessageBox' | 'showErrorBox'>;
  readonly ipc: Pick<IpcMain, 'on' | 'handle'>;
  readonly menu: Pick<typeof Menu, 'buildFromTemplate' | 'setApplicationMenu'>;
  readonly protocol: Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle'>;
  readonly screen: Pick<Screen, 'getAllDisplays' | 'getPrimaryDisplay'>;
  readonly session: () => Pick<
    Session,
    'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'on'
  >;
  readonly shell: Pick<Shell, 'showItemInFolder'>;
}

/** Where the shell finds its own files, and how it opens the library. */
export interface AppOptions {
  readonly platform: NodeJS.Platform;
  /** Arguments behind the program's (in a checkout: the script's) name. */
  readonly args: readonly string[];
  readonly rendererPath: string;
  readonly preloadPath: string;
  readonly iconPath: string;
  readonly openProgram: () => Promise<Program>;
}

/** Both schemes have an origin and a policy like a secure site, and media can be sought in. */
const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true };

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
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return false;
  }
  app.enableSandbox();
  electron.protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges },
    { scheme: 'media', privileges },
  ]);
  const openedPaths = new OpenedPaths();
  openedPaths.add(pathsInArguments(options.args, process.cwd()));
  let window: BrowserWindow | undefined;
  app.on('open-file', (event, filePath) => {
    event.preventDefault();
    openedPaths.add([filePath]);
  });
  app.on('second-instance', (_event, argv, workingFolder) => {
    openedPaths.add(pathsInArguments(argv.slice(app.isPackaged ? 1 : 2), workingFolder));
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  });
  // Whatever opens contents of its own is guarded too.
  app.on('web-contents-created', (_event, contents) => guardContents(contents));

  await app.whenReady();
  const program = await options.openProgram();
  endWithProgram(app, program);
  guardSession(electron.session());
  serveSchemes(electron.protocol, program, options.rendererPath);
  answerWindowCalls({
    ...electron,
    handlers: program.handlers,
    onListening: (channel) => {
      if (channel !== channels.openPaths) return;
      openedPaths.setListener((paths) => window?.webContents.send(channels.openPaths, paths));
    },
  });
  const runCommand = (command: string): void => window?.webContents.send(channels.menuCommand, command);
  electron.menu.setApplicationMenu(
    electron.menu.buildFromTemplate(menuTemplate(options.platform, runCommand)),
  );

  const show = async (): Promise<void> => {
    window = await openWindow({
      ...electron,
      preloadPath: options.preloadPath,
      iconPath: options.iconPath,
      statePath: path.join(app.getPath('userData'), 'window.json'),
    });
    window.on('closed', () => {
      window = undefined;
      openedPaths.setListener(undefined);
    });
  };
  app.on('window-all-closed', () => {
    if (options.platform !== 'darwin') app.quit();
  });
  app.on('activate', () => {
    if (window === undefined) void show();
  });
  await show();
  return true;
}

/** The program is closed before the process ends: what runs is written down as interrupted, the engine ends. */
function endWithProgram(app: ElectronParts['app'], program: Program): void {
  let disposal: 'none' | 'begun' | 'done' = 'none';
  app.on('will-quit', (event) => {
    if (disposal === 'done') return;
    event.preventDefault();
    if (disposal === 'begun') return;
    disposal = 'begun';
    void program.dispose().finally(() => {
      disposal = 'done';
      app.quit();
    });
  });
}

function serveSchemes(protocol: ElectronParts['protocol'], program: Program, rendererPath: string): void {
  const renderer = new RendererFiles(rendererPath, 'media:');
  protocol.handle('app', (request) =>
    respondToWindow(request, `${appOrigin}/`, (asked) => renderer.respond(asked)),
  );
  protocol.handle('media', (request) => respondToWindow(request, 'media://app/', program.respondWithMedia));
}
