import { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MainWindow } from './main-window.ts';
import type { WindowParts } from './main-window.ts';
import type { Bounds } from './window-state.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-window-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A window under a manager whose frame pushes it by (1, 20) when it is shown. */
function framedWindow(asked: Bounds) {
  const told = { ...asked };
  const window = Object.assign(new EventEmitter(), {
    webContents: Object.assign(new EventEmitter(), { setWindowOpenHandler: vi.fn(), send: vi.fn() }),
    loadURL: () => new Promise(() => undefined),
    isDestroyed: () => false,
    isMaximized: () => false,
    isMinimized: vi.fn(() => false),
    getNormalBounds: () => ({ ...told }),
    focus: vi.fn(),
    restore: vi.fn(),
    show: () => {
      window.emit('show');
      window.moveBy(1, 20);
      window.emit('focus');
    },
    moveBy: (x: number, y: number) => {
      Object.assign(told, { x: told.x + x, y: told.y + y });
      window.emit('move');
    },
    end: () => {
      window.emit('close');
      window.emit('closed');
    },
  });
  return window;
}

function mainWindow() {
  const made: { asked: Bounds; window: ReturnType<typeof framedWindow> }[] = [];
  const display = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } };
  const onPageGone = vi.fn();
  const parts = {
    createWindow: ({ x, y, width, height }: Bounds) => {
      const window = framedWindow({ x, y, width, height });
      made.push({ asked: { x, y, width, height }, window });
      return window;
    },
    screen: { getAllDisplays: () => [display], getPrimaryDisplay: () => display },
    dialog: { showMessageBox: vi.fn() },
    preloadPath: '/preload.cjs',
    iconPath: '/icon.png',
    statePath: path.join(folder, 'window.json'),
    onPageGone,
  };
  const main = new MainWindow(parts as unknown as WindowParts);
  const last = () => made.at(-1) as (typeof made)[number];
  return { main, made, last, onPageGone };
}

test('a frame around the window does not move it from start to start, and a person’s move counts', async () => {
  const { main, last } = mainWindow();
  await main.show();
  last().window.emit('ready-to-show');
  last().window.moveBy(-100, 7);
  const { x, y } = last().asked;
  last().window.end();
  for (let start = 0; start < 3; start += 1) {
    await main.show();
    expect(last().asked).toMatchObject({ x: x - 100, y: y + 7 });
    last().window.emit('ready-to-show');
    last().window.end();
  }
});

test('asked for twice while it opens, there is one window; asked for later, it comes to the front', async () => {
  const { main, made, last, onPageGone } = mainWindow();
  await Promise.all([main.show(), main.show()]);
  expect(made).toHaveLength(1);
  last().window.isMinimized.mockReturnValue(true);
  await main.show();
  expect(last().window.restore).toHaveBeenCalled();
  expect(last().window.focus).toHaveBeenCalled();
  last().window.end();
  expect(onPageGone).toHaveBeenCalled();
  main.send('channel', 1);
  expect(last().window.webContents.send).not.toHaveBeenCalled();
  await main.show();
  expect(made).toHaveLength(2);
});
