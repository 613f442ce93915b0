import type { Dialog, IpcMain, IpcMainEvent, IpcMainInvokeEvent, OpenDialogOptions, Shell } from 'electron';
import path from 'node:path';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { serve } from '../../native-models/protocol/server.ts';
import type { Handlers } from '../../native-models/protocol/server.ts';
import { fileEndings } from '../host/contract/file-endings.ts';
import type { ChooseFiles } from '../host/contract/shell-bridge.ts';
import { isBelowPage } from '../host/contract/updates.ts';
import type { HostMethods } from '../host/contract/methods.ts';
import { hostMethods } from '../host/contract/methods.ts';
import { channels } from '../preload/channels.ts';
import { addressSchema, chooseFilesSchema, fileNameSchema, pathSchema } from './call-schemas.ts';
import { portTransport } from './port-transport.ts';
import { isOwnPage } from './window-guard.ts';

/** What windows ask of the program. */
export interface WindowProgram {
  readonly handlers: Handlers<HostMethods>;
  /** The page of the program's releases: the one place that may be opened in a browser. */
  readonly releasesPageUrl: string | undefined;
}

/** What calls of windows are answered with. */
export interface WindowCallParts {
  readonly ipc: Pick<IpcMain, 'on' | 'handle'>;
  readonly dialog: Pick<Dialog, 'showOpenDialog' | 'showSaveDialog'>;
  readonly shell: Pick<Shell, 'showItemInFolder' | 'openExternal'>;
  /** What windows are connected with; those that come while it opens wait for it. */
  readonly program: Promise<WindowProgram>;
  /** A window listens for what comes through this channel from now on. */
  readonly onListening: (channel: string) => void;
  /** A window has opened files that it was told of. */
  readonly onOpened: (paths: readonly string[]) => void;
}

const allFiles = { name: 'All files', extensions: ['*'] };
/**
 * Native dialogs open where the last one of their kind was left: Electron opens each at the folder of downloads, and the system no
 * longer remembers (breaking changes of Electron 43).
 */
class LastFolders {
  readonly #folders = new Map<string, string>();

  /** The options of a dialog, with the place to begin at. */
  begin(kind: string, fileName = ''): { readonly defaultPath?: string } {
    const defaultPath = path.join(this.#folders.get(kind) ?? '', fileName);
    return defaultPath === '.' ? {} : { defaultPath };
  }

  remember(kind: string, chosenPath: string): void {
    this.#folders.set(kind, path.dirname(chosenPath));
  }
}

const filters: Readonly<Record<ChooseFiles['kind'], OpenDialogOptions['filters']>> = {
  video: [{ name: 'Videos', extensions: [...fileEndings.video] }, allFiles],
  subtitles: [{ name: 'Subtitles', extensions: [...fileEndings.subtitles] }, allFiles],
  annotations: [{ name: 'Annotations', extensions: [...fileEndings.annotations] }, allFiles],
  project: [{ name: 'Projects', extensions: [...fileEndings.project, 'json'] }, allFiles],
  prompts: [{ name: 'Prompts', extensions: ['json', 'py'] }],
  folder: [],
};

/** Answers what windows ask of the main process. Senders that are not the renderer's own page are refused. */
export function answerWindowCalls(parts: WindowCallParts): void {
  const { ipc, dialog, shell, program } = parts;
  const lastFolders = new LastFolders();

  ipc.on(channels.connect, (event) => {
    const [port] = event.ports;
    if (port === undefined) return;
    if (!isOwnFrame(event)) {
      port.close();
      return;
    }
    // The port keeps what arrives until somebody listens.
    program.then(
      ({ handlers }) => serve(hostMethods, portTransport(port), handlers),
      () => port.close(),
    );
  });
  ipc.on(channels.listening, (event, channel: unknown) => {
    if (isOwnFrame(event)) parts.onListening(String(channel));
  });
  ipc.on(channels.openedPaths, (event, paths: unknown) => {
    if (isOwnFrame(event) && Array.isArray(paths)) parts.onOpened(paths.map(String));
  });
  ipc.handle(channels.chooseFiles, async (event, options: unknown) => {
    requireOwnFrame(event);
    const { title, kind, several } = chooseFilesSchema.parse(options);
    const result = await dialog.showOpenDialog({
      ...lastFolders.begin(kind),
      title,
      filters: filters[kind] ?? [],
      properties: [
        kind === 'folder' ? 'openDirectory' : 'openFile',
        ...(several ? ['multiSelections' as const] : []),
      ],
    });
    const [first] = result.canceled ? [] : result.filePaths;
    if (first === undefined) return [];
    lastFolders.remember(kind, first);
    return result.filePaths;
  });
  ipc.handle(channels.chooseSavePath, async (event, fileName: unknown) => {
    requireOwnFrame(event);
    const name = path.basename(fileNameSchema.parse(fileName));
    const ending = path.extname(name).slice(1);
    const result = await dialog.showSaveDialog({
      ...lastFolders.begin('save', name),
      filters: ending === '' ? [] : [{ name: ending.toUpperCase(), extensions: [ending] }],
    });
    if (result.canceled) return undefined;
    lastFolders.remember('save', result.filePath);
    return result.filePath;
  });
  ipc.handle(channels.openReleasePage, async (event, address: unknown) => {
    requireOwnFrame(event);
    const url = addressSchema.parse(address);
    const { releasesPageUrl } = await program;
    if (releasesPageUrl === undefined || !isBelowPage(releasesPageUrl, url)) {
      throw refuse('ACCESS_DENIED', `${url} is not on the page of the program’s releases.`);
    }
    await shell.openExternal(new URL(url).href);
  });
  ipc.handle(channels.revealPath, (event, filePath: unknown) => {
    requireOwnFrame(event);
    const revealed = pathSchema.parse(filePath);
    if (!path.isAbsolute(revealed)) throw refuse('ARGUMENT_INVALID', 'A path has to be absolute.');
    // Shows the file in its folder; it never opens it.
    shell.showItemInFolder(revealed);
  });
}

/** True for the main frame of our own page. */
function isOwnFrame(event: Pick<IpcMainEvent | IpcMainInvokeEvent, 'senderFrame'>): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isOwnPage(frame.url);
}

function requireOwnFrame(event: Pick<IpcMainInvokeEvent, 'senderFrame'>): void {
  if (!isOwnFrame(event)) throw refuse('ACCESS_DENIED', 'Only the program’s own page may ask this.');
}

/** What is refused here, no person has asked for; what the command line would say to it helps nobody in a window. */
function refuse(code: 'ARGUMENT_INVALID' | 'ACCESS_DENIED', message: string): EngineError {
  return new EngineError(code, message, { remedy: 'Close the window and open VideoMind again.' });
}
