import { EventEmitter } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import type { GuardedContents, GuardedSession } from './window-guard.ts';
import { guardContents, guardSession, isOwnAddress, isOwnPage } from './window-guard.ts';

/** Contents whose events can be sent, and what became of them. */
function guardedContents(): {
  readonly send: (event: string, url?: string) => boolean;
  readonly open: () => unknown;
} {
  const emitter = new EventEmitter();
  let onOpen: () => unknown = () => 'never set';
  const contents = Object.assign(emitter, {
    setWindowOpenHandler: (handler: () => unknown) => (onOpen = handler),
  });
  guardContents(contents as unknown as GuardedContents);
  return {
    send: (event, url = '') => {
      const preventDefault = vi.fn();
      emitter.emit(event, { url, preventDefault });
      return preventDefault.mock.calls.length > 0;
    },
    open: () => onOpen(),
  };
}

const elsewhere = [
  'https://evil.example/',
  'http://videomind/',
  'file:///etc/passwd',
  'app://evil/',
  'app://videomind.evil.example/',
  'app://user@videomind/',
  'media://app/video/1',
  'app://evil/media/video/1',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'about:blank',
  'not an address',
  '',
];

describe('navigation', () => {
  test('a window stays on the program’s own page', () => {
    const contents = guardedContents();
    for (const url of elsewhere) {
      expect([url, isOwnAddress(url)]).toEqual([url, false]);
      expect([url, contents.send('will-navigate', url)]).toEqual([url, true]);
      expect([url, contents.send('will-frame-navigate', url)]).toEqual([url, true]);
    }
    expect(contents.send('will-navigate', 'app://videomind/index.html')).toBe(false);
    expect(contents.send('will-navigate', 'app://videomind/')).toBe(false);
  });

  test('what lies beside the page under its origin is no page: a report or a subtitle is not shown in its place', () => {
    const contents = guardedContents();
    for (const path of [
      'media/export/1/report.html',
      'media/subtitles/1/2.vtt',
      'assets/index.js',
      'index.html/..%2f',
    ]) {
      const url = `app://videomind/${path}`;
      expect([url, isOwnPage(url)]).toEqual([url, false]);
      expect([url, contents.send('will-navigate', url)]).toEqual([url, true]);
    }
  });

  test('no redirect is followed and no page is embedded', () => {
    const contents = guardedContents();
    expect(contents.send('will-redirect', 'app://videomind/index.html')).toBe(true);
    expect(contents.send('will-attach-webview')).toBe(true);
  });
});

describe('window.open', () => {
  test('opens nothing', () => {
    expect(guardedContents().open()).toEqual({ action: 'deny' });
  });
});

describe('permissions', () => {
  test('a page gets the full screen and the clipboard to write to, and nothing else', () => {
    let decide: (
      contents: unknown,
      name: string,
      answer: (granted: boolean) => void,
      details: object,
    ) => void = () => undefined;
    let check: (contents: unknown, name: string, origin: string) => boolean = () => true;
    let device: () => boolean = () => true;
    const session = Object.assign(new EventEmitter(), {
      setPermissionRequestHandler: (handler: typeof decide) => (decide = handler),
      setPermissionCheckHandler: (handler: typeof check) => (check = handler),
      setDevicePermissionHandler: (handler: typeof device) => (device = handler),
    });
    guardSession(session as unknown as GuardedSession);
    const own = 'app://videomind/index.html';
    const asked = (name: string, requestingUrl: string): boolean => {
      let granted = true;
      decide({}, name, (answer) => (granted = answer), { requestingUrl });
      return granted;
    };
    for (const name of [
      'media',
      'geolocation',
      'notifications',
      'openExternal',
      'clipboard-read',
      'midi',
      'hid',
    ]) {
      expect([name, asked(name, own), check({}, name, own)]).toEqual([name, false, false]);
    }
    expect(asked('fullscreen', own)).toBe(true);
    expect(asked('fullscreen', 'https://evil.example/')).toBe(false);
    expect(device()).toBe(false);
  });

  test('a download from elsewhere is refused, exports and the page’s own files are not', () => {
    const session = Object.assign(new EventEmitter(), {
      setPermissionRequestHandler: vi.fn(),
      setPermissionCheckHandler: vi.fn(),
      setDevicePermissionHandler: vi.fn(),
    });
    guardSession(session as unknown as GuardedSession);
    const refused = (url: string): boolean => {
      const preventDefault = vi.fn();
      session.emit('will-download', { preventDefault }, { getURL: () => url });
      return preventDefault.mock.calls.length > 0;
    };
    expect(refused('https://evil.example/x.exe')).toBe(true);
    expect(refused('file:///etc/passwd')).toBe(true);
    expect(refused('blob:https://evil.example/1')).toBe(true);
    expect(refused('app://evil/media/export/1/runs.csv')).toBe(true);
    expect(refused('app://videomind/media/export/1/runs.csv')).toBe(false);
  });
});
