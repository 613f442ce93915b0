import { EventEmitter } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { Program } from '../host/open-program.ts';
import { channels } from '../preload/channels.ts';
import type { ElectronParts } from './start-app.ts';
import { startApp } from './start-app.ts';
import { WindowStateFile } from './window-state.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-app-'));
  await writeFile(path.join(folder, 'index.html'), '<!doctype html><title>page</title>');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Electron, as far as the shell uses it, without a screen. */
function fakeElectron(
  options: {
    readonly alone?: boolean;
    readonly switches?: readonly string[];
    readonly pageNeverLoads?: boolean;
  } = {},
) {
  const app = Object.assign(new EventEmitter(), {
    requestSingleInstanceLock: vi.fn<(told: object) => boolean>(() => options.alone ?? true),
    commandLine: { hasSwitch: (name: string) => options.switches?.includes(name) ?? false },
    setPath: vi.fn(),
    whenReady: () => Promise.resolve(),
    quit: vi.fn(() => {
      const event = { preventDefault: vi.fn() };
      app.emit('will-quit', event);
      return event.preventDefault.mock.calls.length === 0;
    }),
    exit: vi.fn(),
    enableSandbox: vi.fn(),
    getPath: () => folder,
    isPackaged: true,
  });
  const windows: (EventEmitter & {
    readonly webContents: EventEmitter & { readonly send: ReturnType<typeof vi.fn> };
  })[] = [];
  const made: object[] = [];
  const schemes = new Map<string, (request: Request) => Promise<Response>>();
  const calls = new Map<string, (event: object, ...values: unknown[]) => unknown>();
  const showErrorBox = vi.fn();
  const electron = {
    app,
    createWindow: (windowOptions: object) => {
      made.push(windowOptions);
      const webContents = Object.assign(new EventEmitter(), {
        setWindowOpenHandler: vi.fn(),
        send: vi.fn(),
        reload: vi.fn(),
      });
      const window = Object.assign(new EventEmitter(), {
        webContents,
        loadURL: vi.fn(() =>
          options.pageNeverLoads === true ? new Promise(() => undefined) : Promise.resolve(),
        ),
        isDestroyed: () => false,
        maximize: vi.fn(),
        show: vi.fn(),
        focus: vi.fn(),
        restore: vi.fn(),
        isMinimized: () => true,
        isMaximized: () => false,
        getNormalBounds: () => ({ x: 1, y: 2, width: 1000, height: 700 }),
      });
      windows.push(window);
      return window;
    },
    dialog: { showOpenDialog: vi.fn(), showSaveDialog: vi.fn(), showMessageBox: vi.fn(), showErrorBox },
    ipc: {
      on: (channel: string, listener: never) => calls.set(channel, listener),
      handle: (channel: string, listener: never) => calls.set(channel, listener),
    },
    menu: { buildFromTemplate: vi.fn(), setApplicationMenu: vi.fn() },
    protocol: {
      registerSchemesAsPrivileged: vi.fn(),
      handle: (scheme: string, handler: (request: Request) => Promise<Response>) =>
        void schemes.set(scheme, handler),
    },
    screen: {
      getAllDisplays: () => [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
      getPrimaryDisplay: () => ({ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }),
    },
    session: () =>
      Object.assign(new EventEmitter(), {
        setPermissionRequestHandler: vi.fn(),
        setPermissionCheckHandler: vi.fn(),
        setDevicePermissionHandler: vi.fn(),
        setSpellCheckerLanguages: vi.fn(),
        setSpellCheckerEnabled: vi.fn(),
        setProxy: () => Promise.resolve(),
      }),
    shell: { showItemInFolder: vi.fn(), openExternal: vi.fn() },
  };
  return { app, windows, made, schemes, calls, showErrorBox, electron: electron as unknown as ElectronParts };
}

function programOf(dispose = vi.fn(() => Promise.resolve())): Program {
  return {
    handlers: {} as never,
    respondWithMedia: () => Promise.resolve({ status: 200, headers: {}, body: Buffer.from('media') }),
    uploadsPath: folder,
    releasesPageUrl: undefined,
    dispose,
  };
}

function optionsFor(
  openProgram: (dataFolder: string | undefined) => Promise<Program>,
  args: readonly string[] = [],
) {
  return {
    platform: 'linux' as const,
    args,
    rendererPath: folder,
    preloadPath: '/app/preload.cjs',
    iconPath: '/app/icon.png',
    openProgram,
  };
}

test('the window is sandboxed, isolated and without Node, and loads the page under its policy', async () => {
  const { electron, made, schemes, app } = fakeElectron();
  expect(
    await startApp(
      electron,
      optionsFor(() => Promise.resolve(programOf())),
    ),
  ).toBe(true);
  expect(app.enableSandbox).toHaveBeenCalled();
  expect(made).toMatchObject([
    {
      webPreferences: {
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
        preload: '/app/preload.cjs',
      },
    },
  ]);
  const page = await schemes.get('app')?.(new Request('app://videomind/index.html'));
  expect(page?.status).toBe(200);
  const policy = page?.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("media-src 'self' blob:");
  expect(policy).not.toContain('unsafe');
  expect((await schemes.get('app')?.(new Request('app://evil/index.html')))?.status).toBe(404);
  expect(await (await schemes.get('app')?.(new Request('app://videomind/media/video/1')))?.text()).toBe(
    'media',
  );
});

test('a second instance hands its files to the first and leaves', async () => {
  const second = fakeElectron({ alone: false });
  expect(
    await startApp(
      second.electron,
      optionsFor(() => Promise.reject(new Error('never opened')), ['late.mp4', '--data', folder]),
    ),
  ).toBe(false);
  expect(second.app.quit).toHaveBeenCalled();
  expect(second.app.requestSingleInstanceLock).toHaveBeenCalledWith({ files: [path.resolve('late.mp4')] });

  const first = fakeElectron();
  await startApp(
    first.electron,
    optionsFor(() => Promise.resolve(programOf()), ['early.mp4']),
  );
  const ownFrame = { url: 'app://videomind/', parent: null };
  first.calls.get(channels.listening)?.({ senderFrame: ownFrame }, channels.openPaths);
  const told: { files: string[] } = { files: [path.join(path.resolve('/films'), 'clip.mp4')] };
  first.app.emit('second-instance', {}, ['/usr/bin/videomind', '--data', '/x', 'main.cjs'], '/films', told);
  for (const strange of [undefined, null, 'x', { files: [''] }, { files: [1] }]) {
    first.app.emit('second-instance', {}, ['/usr/bin/videomind', 'strange.mp4'], '/films', strange);
  }
  first.app.emit('open-file', { preventDefault: vi.fn() }, '/films/other.mp4');
  expect(first.windows[0]?.webContents.send.mock.calls).toEqual([
    [channels.openPaths, [path.resolve('early.mp4')]],
    [channels.openPaths, [path.join(path.resolve('/films'), 'clip.mp4')]],
    [channels.openPaths, ['/films/other.mp4']],
  ]);
});

test('the program is closed before the process ends', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const dispose = vi.fn(() => promise.then(() => undefined));
  const { app, electron } = fakeElectron();
  await startApp(
    electron,
    optionsFor(() => Promise.resolve(programOf(dispose))),
  );
  app.emit('window-all-closed');
  await vi.waitFor(() => expect(dispose).toHaveBeenCalledTimes(1));
  expect(app.quit.mock.results[0]?.value).toBe(false);
  resolve(undefined);
  await vi.waitFor(() => expect(app.quit.mock.results.at(-1)?.value).toBe(true));
  expect(dispose).toHaveBeenCalledTimes(1);
});

test('a library that cannot be opened is said so, with what to do', async () => {
  const { app, electron, showErrorBox } = fakeElectron();
  const busy = new EngineError('STORE_BUSY', 'Another instance has this library open.');
  expect(
    await startApp(
      electron,
      optionsFor(() => Promise.reject(busy)),
    ),
  ).toBe(false);
  expect(showErrorBox).toHaveBeenCalledWith('VideoMind cannot start', `${busy.message}\n\n${busy.remedy}`);
  expect(app.exit).toHaveBeenCalledWith(1);
});

test('whatever fails at the start is said, and ends the program', async () => {
  const { app, electron, showErrorBox } = fakeElectron();
  Object.assign(electron.menu, {
    setApplicationMenu: () => {
      throw new Error('no menu here');
    },
  });
  const started = startApp(
    electron,
    optionsFor(() => Promise.resolve(programOf())),
  );
  expect(await started).toBe(false);
  expect(showErrorBox.mock.calls[0]?.[1]).toContain('no menu here');
  expect(app.exit).toHaveBeenCalledWith(1);
});

test('--no-sandbox is not taken back, and without it the whole program is sandboxed', async () => {
  const open = () => Promise.resolve(programOf());
  const without = fakeElectron({ switches: ['no-sandbox'] });
  await startApp(without.electron, optionsFor(open));
  expect(without.app.enableSandbox).not.toHaveBeenCalled();
  const sandboxed = fakeElectron();
  await startApp(sandboxed.electron, optionsFor(open));
  expect(sandboxed.app.enableSandbox).toHaveBeenCalled();
});

test('--data names the library and is opened as no file; its window’s profile lies with it', async () => {
  const library = path.join(folder, 'library');
  const { app, electron } = fakeElectron();
  const openProgram = vi.fn<(dataFolder: string | undefined) => Promise<Program>>(() =>
    Promise.resolve(programOf()),
  );
  await startApp(electron, optionsFor(openProgram, ['--data', library]));
  expect(openProgram).toHaveBeenCalledWith(library);
  expect(app.setPath).toHaveBeenCalledWith('userData', path.join(library, 'window'));
  expect(app.requestSingleInstanceLock).toHaveBeenCalledWith({ files: [] });
  expect(app.setPath.mock.invocationCallOrder[0]).toBeLessThan(
    app.requestSingleInstanceLock.mock.invocationCallOrder[0] ?? 0,
  );
});

test('a profile that a person named stays', async () => {
  const { app, electron } = fakeElectron({ switches: ['user-data-dir'] });
  const openProgram = () => Promise.resolve(programOf());
  await startApp(electron, { ...optionsFor(openProgram), dataFolder: folder });
  expect(app.setPath).not.toHaveBeenCalled();
});

test('arguments that make no sense are said in a box', async () => {
  const { app, electron, showErrorBox } = fakeElectron();
  await startApp(
    electron,
    optionsFor(() => Promise.resolve(programOf()), ['--data']),
  );
  expect(showErrorBox.mock.calls[0]?.[1]).toContain('--data names no folder');
  expect(app.exit).toHaveBeenCalledWith(1);
});

test('a window is open while its page loads: a file that comes then is told when the page listens', async () => {
  const { app, windows, calls, electron } = fakeElectron({ pageNeverLoads: true });
  await startApp(
    electron,
    optionsFor(() => Promise.resolve(programOf())),
  );
  app.emit('second-instance', {}, [], '/', { files: ['/films/clip.mp4'] });
  expect(windows).toHaveLength(1);
  const [window] = windows;
  expect(window?.webContents.send).not.toHaveBeenCalled();
  calls.get(channels.listening)?.(
    { senderFrame: { url: 'app://videomind/', parent: null } },
    channels.openPaths,
  );
  expect(window?.webContents.send).toHaveBeenCalledWith(channels.openPaths, ['/films/clip.mp4']);
});

test('a file that comes while the page is gone waits for the next page', async () => {
  const { app, windows, calls, electron } = fakeElectron();
  await startApp(
    electron,
    optionsFor(() => Promise.resolve(programOf())),
  );
  const listens = () =>
    calls.get(channels.listening)?.(
      { senderFrame: { url: 'app://videomind/', parent: null } },
      channels.openPaths,
    );
  listens();
  const [window] = windows;
  window?.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  app.emit('second-instance', {}, [], '/', { files: ['/films/clip.mp4'] });
  expect(window?.webContents.send).not.toHaveBeenCalled();
  listens();
  expect(window?.webContents.send).toHaveBeenCalledWith(channels.openPaths, ['/films/clip.mp4']);
});

test('the window is there while the library opens; quit meanwhile, the library is closed once it is open', async () => {
  const opening = Promise.withResolvers<Program>();
  const { app, windows, schemes, electron } = fakeElectron();
  const started = startApp(
    electron,
    optionsFor(() => opening.promise),
  );
  await vi.waitFor(() => expect(windows).toHaveLength(1));
  expect((await schemes.get('app')?.(new Request('app://videomind/index.html')))?.status).toBe(200);
  const media = schemes.get('app')?.(new Request('app://videomind/media/video/1'));
  app.emit('window-all-closed');
  const dispose = vi.fn(() => Promise.resolve());
  opening.resolve(programOf(dispose));
  expect(await (await media)?.text()).toBe('media');
  expect(await started).toBe(true);
  await vi.waitFor(() => expect(app.quit.mock.results.at(-1)?.value).toBe(true));
  expect(dispose).toHaveBeenCalledTimes(1);
});

test('the program ends only when it is written down where its window was', async () => {
  const { app, windows, electron } = fakeElectron();
  const dispose = vi.fn(() => Promise.resolve());
  await startApp(
    electron,
    optionsFor(() => Promise.resolve(programOf(dispose))),
  );
  windows[0]?.emit('close');
  const writing = Promise.withResolvers<undefined>();
  const waited = vi.spyOn(WindowStateFile.prototype, 'written').mockReturnValue(writing.promise);
  app.emit('window-all-closed');
  // A program that is closed at once has to wait for that alone.
  await vi.waitFor(() => expect(dispose).toHaveBeenCalledTimes(1));
  await new Promise((resolve) => setImmediate(resolve));
  expect(app.quit.mock.results.at(-1)?.value).toBe(false);
  writing.resolve(undefined);
  await vi.waitFor(() => expect(app.quit.mock.results.at(-1)?.value).toBe(true));
  waited.mockRestore();
  const kept = () =>
    readFile(path.join(folder, 'window.json'), 'utf8').then((text): unknown => JSON.parse(text));
  await vi.waitFor(async () => expect(await kept()).toMatchObject({ bounds: { width: 1000, height: 700 } }));
});
