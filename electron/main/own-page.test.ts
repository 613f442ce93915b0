import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { keepOwnPage } from './own-page.ts';
import type { KeptWindow } from './own-page.ts';
import { ownPage } from './window-guard.ts';

/** A window without a screen, and what was done with it. */
function keptWindow(loadURL: () => Promise<void> = () => Promise.resolve()) {
  const webContents = new EventEmitter();
  const loaded: string[] = [];
  const window = Object.assign(new EventEmitter(), {
    webContents,
    // Not one of vitest's, which would handle every rejection.
    loadURL: (address: string) => {
      loaded.push(address);
      return loadURL();
    },
    destroy: vi.fn(),
    isDestroyed: vi.fn(() => false),
  });
  const ask = vi.fn(() => Promise.resolve({ response: 1, checkboxChecked: false }));
  const onGone = vi.fn();
  const keep = (): void => keepOwnPage(window as unknown as KeptWindow, { ask, onGone });
  return { window, loaded, webContents, ask, onGone, keep };
}

test('a page whose process ends while it loads is loaded again, and no rejection is left to nobody', async () => {
  const refusal = Object.assign(new Error('ERR_FAILED (-2) loading'), { errno: -2 });
  const { loaded, webContents, onGone, keep } = keptWindow(() => Promise.reject(refusal));
  keep();
  webContents.emit('render-process-gone', {}, { reason: 'killed', exitCode: 9 });
  expect(loaded).toEqual([ownPage, ownPage]);
  expect(onGone).toHaveBeenCalledTimes(1);
  // A rejection without a handler would fail this test.
  await new Promise((resolve) => setImmediate(resolve));
});

test('closing a window while its page loads is no failure', async () => {
  const { window, loaded, ask, keep } = keptWindow(() =>
    Promise.reject(new Error('Object has been destroyed')),
  );
  keep();
  window.isDestroyed.mockReturnValue(true);
  window.emit('closed');
  await new Promise((resolve) => setImmediate(resolve));
  expect(loaded).toHaveLength(1);
  expect(ask).not.toHaveBeenCalled();
});

test('a page that led itself elsewhere comes back; its own addresses are left alone', () => {
  const { loaded, webContents, onGone, keep } = keptWindow();
  keep();
  webContents.emit('did-navigate', {}, ownPage, 200, 'OK');
  expect(loaded).toHaveLength(1);
  webContents.emit('did-navigate', {}, 'about:blank', -1, '');
  expect(loaded).toEqual([ownPage, ownPage]);
  expect(onGone).toHaveBeenCalledTimes(1);
});

test('a page that cannot be loaded is loaded again; a load given up for another, or of a part, is not', () => {
  const { loaded, webContents, keep } = keptWindow();
  keep();
  webContents.emit('did-fail-load', {}, -3, 'ERR_ABORTED', ownPage, true);
  webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'app://videomind/x', false);
  expect(loaded).toHaveLength(1);
  webContents.emit('did-fail-load', {}, -300, 'ERR_INVALID_URL', 'about:srcdoc', true);
  expect(loaded).toHaveLength(2);
});

test('a page that ends again and again is loaded when a person wants it, and its window can be closed', async () => {
  const { window, loaded, webContents, ask, keep } = keptWindow();
  keep();
  const crash = () => webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 11 });
  for (let time = 0; time < 3; time += 1) crash();
  expect(ask).not.toHaveBeenCalled();
  ask.mockResolvedValueOnce({ response: 0, checkboxChecked: false });
  crash();
  await vi.waitFor(() => expect(loaded).toHaveLength(5));
  ask.mockResolvedValueOnce({ response: 2, checkboxChecked: false });
  crash();
  await vi.waitFor(() => expect(window.destroy).toHaveBeenCalled());
});
