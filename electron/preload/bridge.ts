import type { IpcRenderer, WebUtils } from 'electron';
import type { ShellBridge } from '../host/contract/shell-bridge.ts';
import { channels } from './channels.ts';

/** A connection as it crosses from the preload into the page: functions and strings alone. */
export interface BridgedConnection {
  send(message: string): void;
  onMessage(receive: (message: string) => void): void;
  onClose(closed: () => void): void;
  close(): void;
}

/** The bridge as the preload exposes it. Errors lose their kind on the way, so a connection only says that it closed. */
export type ElectronBridge = Required<Omit<ShellBridge, 'connect' | 'uploadDroppedFile'>> & {
  connect(): BridgedConnection;
};

/** An end of a MessageChannel, as pages have it. */
export interface PagePort {
  postMessage(message: string): void;
  addEventListener(type: 'message' | 'close', listener: (event: { readonly data?: unknown }) => void): void;
  start(): void;
  close(): void;
}

/** What the preload is given by Electron and the page. */
export interface PreloadParts {
  readonly ipc: Pick<IpcRenderer, 'invoke' | 'send' | 'on'> & {
    postMessage(channel: string, message: unknown, ports: readonly PagePort[]): void;
  };
  readonly createChannel: () => { readonly port1: PagePort; readonly port2: PagePort };
  readonly webUtils: Pick<WebUtils, 'getPathForFile'>;
  readonly platform: string;
}

/** Makes the one bridge between the page and the main process. */
export function createBridge({ ipc, createChannel, webUtils, platform }: PreloadParts): ElectronBridge {
  const listen = (channel: string, take: (value: unknown) => void): void => {
    ipc.on(channel, (_event, value: unknown) => take(value));
    ipc.send(channels.listening, channel);
  };
  return {
    kind: 'electron',
    platform,
    connect: () => {
      const { port1, port2 } = createChannel();
      ipc.postMessage(channels.connect, null, [port2]);
      return connectionThrough(port1);
    },
    mediaUrl: (path) => `app://videomind/media/${path}`,
    chooseFiles: (options) => ipc.invoke(channels.chooseFiles, options) as Promise<string[]>,
    chooseSavePath: (fileName) =>
      ipc.invoke(channels.chooseSavePath, fileName) as Promise<string | undefined>,
    pathOfDroppedFile: (file) => webUtils.getPathForFile(file),
    onOpenPaths: (listener) =>
      listen(channels.openPaths, (paths) => {
        if (!Array.isArray(paths)) return;
        void listener(paths.map(String)).finally(() => ipc.send(channels.openedPaths, paths));
      }),
    onMenuCommand: (listener) => listen(channels.menuCommand, (command) => listener(String(command))),
    openReleasePage: (url) => ipc.invoke(channels.openReleasePage, url) as Promise<void>,
    revealPath: (path) => ipc.invoke(channels.revealPath, path) as Promise<void>,
  };
}

function connectionThrough(port: PagePort): BridgedConnection {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (receive) => {
      port.addEventListener('message', ({ data }) => {
        if (typeof data === 'string') receive(data);
      });
      // Until now the port kept what arrived.
      port.start();
    },
    onClose: (closed) => port.addEventListener('close', () => closed()),
    close: () => port.close(),
  };
}
