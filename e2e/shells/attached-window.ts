import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { _electron, errors, type ElectronApplication, type Page } from '@playwright/test';
import type { ProgramCommand } from './electron-shell.ts';

/** How long Playwright gets to attach to a program's first window, also on a busy machine. */
const attachTimeoutMs = 45_000;
/** When it is looked at what the program itself shows, if Playwright has not attached by then. */
const lookAfterMs = 35_000;

/**
 * Starts the program and attaches Playwright to its first window.
 *
 * Playwright waits for ever for a page whose process ends while it attaches to it, although the program loads the page again
 * (microsoft/playwright#17765 and #29386). Where that happens the program is started once more: but only if its own
 * DevTools say that its window is there and shows something. A program without a window stays a failure.
 *
 * @param profile the folder given as `--user-data-dir`.
 */
export async function startAttached(
  command: ProgramCommand,
  profile: string,
): Promise<{ program: ElectronApplication; page: Page }> {
  try {
    return await attach(command, profile);
  } catch (error) {
    if (!(error instanceof WindowBehindPlaywright)) throw error;
    process.stderr.write(`${error.message}\n`);
    return attach(command, profile);
  }
}

/** The window is there, and Playwright does not see it. */
class WindowBehindPlaywright extends Error {
  override readonly name = 'WindowBehindPlaywright';
}

async function attach(
  command: ProgramCommand,
  profile: string,
): Promise<{ program: ElectronApplication; page: Page }> {
  const ended = new AbortController();
  const shown = delay(lookAfterMs, undefined, { signal: ended.signal }).then(
    () => textBehindPlaywright(profile),
    () => '',
  );
  let program: ElectronApplication | undefined;
  try {
    program = await _electron.launch({ ...command, args: [...command.args], timeout: attachTimeoutMs });
    return { program, page: await program.firstWindow({ timeout: attachTimeoutMs }) };
  } catch (error) {
    program?.process().kill('SIGKILL');
    const text = error instanceof errors.TimeoutError ? await shown : '';
    if (text === '') throw error;
    throw new WindowBehindPlaywright(
      `Playwright did not attach to a window that shows “${text.slice(0, 40).replaceAll('\n', ' ')}”; the program is started once more.`,
      { cause: error },
    );
  } finally {
    ended.abort();
  }
}

/** What the first page of the program shows, asked of it without Playwright; empty where there is none. */
async function textBehindPlaywright(profile: string): Promise<string> {
  try {
    const [port] = (await readFile(path.join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
    const list = await fetch(`http://127.0.0.1:${port}/json/list`, { signal: AbortSignal.timeout(5_000) });
    const pages = (await list.json()) as { type: string; webSocketDebuggerUrl: string }[];
    const page = pages.find(({ type }) => type === 'page');
    return page === undefined ? '' : await textOf(page.webSocketDebuggerUrl);
  } catch {
    return '';
  }
}

async function textOf(url: string): Promise<string> {
  const socket = new WebSocket(url);
  try {
    const answer = new Promise<string>((resolve, reject) => {
      const params = { expression: 'document.body.innerText' };
      socket.onopen = () => {
        socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }));
      };
      socket.onmessage = ({ data }) => {
        resolve(String(data));
      };
      socket.onerror = () => {
        reject(new Error('The page cannot be asked'));
      };
    });
    const { result } = JSON.parse(await Promise.race([answer, delay(5_000, '{}', { ref: false })])) as {
      result?: { result?: { value?: unknown } };
    };
    return typeof result?.result?.value === 'string' ? result.result.value.trim() : '';
  } finally {
    socket.close();
  }
}
