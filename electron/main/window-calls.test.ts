import path from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import { ProtocolClient } from '../../native-models/protocol/client.ts';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { Handlers } from '../../native-models/protocol/server.ts';
import type { HostMethods } from '../host/contract/methods.ts';
import { hostMethods } from '../host/contract/methods.ts';
import type { PagePort } from '../preload/bridge.ts';
import { createBridge } from '../preload/bridge.ts';
import { channels } from '../preload/channels.ts';
import { answerWindowCalls } from './window-calls.ts';

const ownFrame = { url: 'app://videomind/index.html', parent: null };
type Listener = (event: object, ...values: unknown[]) => unknown;

/** The two sides of a window, joined as Electron joins them. */
function windowAndHost(senderFrame: object | null = ownFrame) {
  const listeners = new Map<string, Listener>();
  const pageListeners = new Map<string, Listener>();
  const dialog = {
    showOpenDialog: vi.fn(() => Promise.resolve({ canceled: false, filePaths: ['/films/a.mp4'] })),
    showSaveDialog: vi.fn(() => Promise.resolve({ canceled: true, filePath: '' })),
  };
  const shell = { showItemInFolder: vi.fn(), openExternal: vi.fn(() => Promise.resolve()) };
  const onListening = vi.fn();
  const handlers = { foldersList: () => Promise.resolve({ path: '/films', entries: [] }) };
  answerWindowCalls({
    ipc: {
      on: (channel: string, listener: Listener) => listeners.set(channel, listener),
      handle: (channel: string, listener: Listener) => listeners.set(channel, listener),
    } as never,
    dialog: dialog,
    shell,
    program: Promise.resolve({
      handlers: handlers as unknown as Handlers<HostMethods>,
      releasesPageUrl: 'https://releases.example/videomind/',
    }),
    onListening,
    onOpened: vi.fn(),
  });
  const ask = async (channel: string, ...values: unknown[]): Promise<unknown> =>
    await listeners.get(channel)?.({ senderFrame, ports: [] }, ...values);
  const bridge = createBridge({
    ipc: {
      invoke: ask,
      send: (channel: string, ...values: unknown[]) =>
        void listeners.get(channel)?.({ senderFrame, ports: [] }, ...values),
      on: (channel: string, listener: Listener) => pageListeners.set(channel, listener),
      postMessage: (channel: string, _message: unknown, [port]: readonly PagePort[]) => {
        const main = port as unknown as MessageChannel['port1'];
        const adapted = {
          // MessagePortMain wraps what arrives in an event.
          on: (event: string, take: (value: unknown) => void) =>
            main.on(event as 'message', (data: unknown) => take({ data })),
          once: (event: 'close', take: () => void) => main.once(event, take),
          postMessage: (message: string) => main.postMessage(message),
          start: () => main.start(),
          close: () => main.close(),
        };
        listeners.get(channel)?.({ senderFrame, ports: [adapted] });
      },
    } as never,
    createChannel: () => new MessageChannel() as unknown as { port1: PagePort; port2: PagePort },
    webUtils: { getPathForFile: () => '/films/dropped.mp4' },
    platform: 'linux',
  });
  return {
    ask,
    bridge,
    dialog,
    shell,
    onListening,
    onOpened: vi.fn(),
    tellPage: (channel: string, value: unknown) => pageListeners.get(channel)?.({}, value),
  };
}

/** A client as the renderer makes it, over the bridge. */
function clientOf(bridge: ReturnType<typeof createBridge>): ProtocolClient<typeof hostMethods> {
  const connection = bridge.connect();
  return new ProtocolClient(hostMethods, {
    ...connection,
    onClose: (closed) =>
      connection.onClose(() => closed(new EngineError('ENGINE_UNRESPONSIVE', 'The connection was lost.'))),
  });
}

test('a browser is opened on the page of the program’s releases, and on no other address', async () => {
  const { bridge, shell } = windowAndHost();
  await bridge.openReleasePage('https://releases.example/videomind/tag/v0.2.0');
  const [address] = shell.openExternal.mock.calls[0] as unknown as [string];
  expect(address).toBe('https://releases.example/videomind/tag/v0.2.0');
  const others = [
    'https://releases.example/videomind',
    'https://releases.example/videomind/../other',
    'https://releases.example.evil/videomind/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '--new-window',
  ];
  for (const url of others) {
    await expect(bridge.openReleasePage(url)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  }
  expect(shell.openExternal).toHaveBeenCalledTimes(1);
});

test('a window asks the host through a port of its own', async () => {
  const { bridge } = windowAndHost();
  const client = clientOf(bridge);
  await expect(client.call('foldersList', {})).resolves.toEqual({ path: '/films', entries: [] });
});

test('a malformed message closes that connection and no other', async () => {
  const { bridge } = windowAndHost();
  const other = clientOf(bridge);
  const connection = bridge.connect();
  const closed = new Promise<undefined>((resolve) => connection.onClose(() => resolve(undefined)));
  connection.onMessage(() => undefined);
  connection.send('not a frame');
  await closed;
  await expect(other.call('foldersList', {})).resolves.toEqual({ path: '/films', entries: [] });
});

test('a frame that is not the program’s own page is answered with nothing', async () => {
  const strangers = [
    { url: 'https://evil.example/', parent: null },
    { url: 'app://videomind/index.html', parent: ownFrame },
    { url: 'app://evil/index.html', parent: null },
    null,
  ];
  for (const frame of strangers) {
    const { ask, bridge, dialog, shell, onListening } = windowAndHost(frame);
    const connection = bridge.connect();
    const closed = new Promise<undefined>((resolve) => connection.onClose(() => resolve(undefined)));
    await closed;
    const options = { title: 'x', kind: 'video', several: false };
    await expect(ask(channels.chooseFiles, options)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(ask(channels.chooseSavePath, 'x')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(ask(channels.revealPath, '/x')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    bridge.onOpenPaths(vi.fn(() => Promise.resolve()));
    expect(
      [dialog.showOpenDialog, shell.showItemInFolder, onListening].flatMap(({ mock }) => mock.calls),
    ).toEqual([]);
  }
});

test('dialogs are what the page asked for, and what it asks is checked', async () => {
  const { ask, bridge, dialog } = windowAndHost();
  await expect(bridge.chooseFiles({ title: 'Open', kind: 'video', several: true })).resolves.toEqual([
    '/films/a.mp4',
  ]);
  expect(dialog.showOpenDialog).toHaveBeenCalledWith(
    expect.objectContaining({ title: 'Open', properties: ['openFile', 'multiSelections'] }),
  );
  for (const options of [
    undefined,
    {},
    { title: 'x', kind: 'device', several: true },
    { title: 'x', kind: 'video', several: true, defaultPath: '/etc' },
  ]) {
    await expect(ask(channels.chooseFiles, options)).rejects.toThrow();
  }
  await expect(bridge.chooseSavePath('../../etc/<script>.csv')).resolves.toBeUndefined();
  expect(dialog.showSaveDialog).toHaveBeenCalledWith(
    expect.objectContaining({ defaultPath: '<script>.csv' }),
  );
});

test('a dialog opens where the last one of its kind was left', async () => {
  const { bridge, dialog } = windowAndHost();
  const begins = () =>
    (dialog.showOpenDialog.mock.calls as unknown as [{ defaultPath?: string }][]).map(
      ([options]) => options.defaultPath,
    );
  await bridge.chooseFiles({ title: 'Open', kind: 'video', several: true });
  await bridge.chooseFiles({ title: 'Open', kind: 'video', several: true });
  await bridge.chooseFiles({ title: 'Open', kind: 'subtitles', several: false });
  expect(begins()).toEqual([undefined, '/films', undefined]);
  dialog.showSaveDialog.mockResolvedValueOnce({ canceled: false, filePath: '/kept/runs.csv' });
  await bridge.chooseSavePath('runs.csv');
  await bridge.chooseSavePath('labels.json');
  expect(dialog.showSaveDialog).toHaveBeenLastCalledWith(
    expect.objectContaining({ defaultPath: path.join('/kept', 'labels.json') }),
  );
});

test('script in a file name is told to the page as a name', () => {
  const { bridge, onListening, tellPage } = windowAndHost();
  const listener = vi.fn(() => Promise.resolve());
  bridge.onOpenPaths(listener);
  expect(onListening).toHaveBeenCalledWith(channels.openPaths);
  const name = '/films/<img src=x onerror=alert(1)>.mp4';
  tellPage(channels.openPaths, [name]);
  tellPage(channels.openPaths, 'no list');
  expect(listener.mock.calls).toEqual([[[name]]]);
});

test('a file is shown in its folder by an absolute path alone', async () => {
  const { bridge, shell } = windowAndHost();
  await bridge.revealPath('/films/a.mp4');
  expect(shell.showItemInFolder).toHaveBeenCalledWith('/films/a.mp4');
  await expect(bridge.revealPath('a.mp4')).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});
