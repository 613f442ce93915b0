import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { ElectronApplication } from '@playwright/test';
import { App } from './app.ts';
import { programCommand, startElectronShell, type ElectronShell } from './shells/electron-shell.ts';
import { findShells, programPath } from './shells/find-shells.ts';
import type { ShellStart } from './shells/shell.ts';
import { programOf, test as scenario } from './test.ts';

export { expect } from '@playwright/test';

/** A program that is open. */
export interface OpenDesktop {
  readonly app: App;
  readonly program: ElectronApplication;
  /** Its main process; Playwright forgets it when it ends. */
  readonly child: ChildProcess;
}

/** The desktop program as it is started, used and ended from outside, several times in one scenario. */
export class Desktop {
  readonly #folder: string;
  readonly #start: Pick<ShellStart, 'executablePath' | 'mainScript'>;
  readonly #opened: { readonly shell: ElectronShell; readonly child: ChildProcess }[] = [];

  constructor(folder: string, start: Pick<ShellStart, 'executablePath' | 'mainScript'>) {
    this.#folder = folder;
    this.#start = start;
  }

  /** Starts it on the library of this scenario, with further arguments. */
  async open(...args: readonly string[]): Promise<OpenDesktop> {
    const shell = await startElectronShell({
      ...this.#start,
      folder: this.#folder,
      args,
      prepare: () => Promise.resolve(),
    });
    const child = shell.program.process();
    this.#opened.push({ shell, child });
    return { app: new App(shell, []), program: shell.program, child };
  }

  /** Starts it as a shell or a file manager does, without anything of Playwright inside, and waits for its end. */
  async run(
    args: readonly string[],
    options: {
      readonly folder?: string;
      readonly before?: readonly string[];
      readonly workingFolder?: string;
    } = {},
  ): Promise<{ readonly code: number | null; readonly stdout: string }> {
    const command = programCommand({ ...this.#start, folder: options.folder ?? this.#folder }, args);
    const switches = command.chromiumSandbox ? [] : ['--no-sandbox'];
    const child = spawn(command.executablePath, [...switches, ...(options.before ?? []), ...command.args], {
      stdio: ['ignore', 'pipe', 'ignore'],
      cwd: options.workingFolder ?? this.#folder,
      env: command.env,
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout };
  }

  /** Whatever still runs is ended. */
  async end(): Promise<void> {
    for (const { shell, child } of this.#opened) {
      if (isRunning(child)) await shell.close();
    }
  }
}

/** True while a process is there. */
function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** Resolves when the program has ended by itself, with its exit code. */
export async function ended({ child }: OpenDesktop): Promise<number | null> {
  if (isRunning(child)) await once(child, 'exit');
  return child.exitCode;
}

/**
 * Runs a script in the page of the first window, also in one that Playwright has given up: as crashed, or as on its way
 * to a place that it never reaches.
 */
export function inPage<T>(program: ElectronApplication, script: string): Promise<T> {
  return program.evaluate(async ({ BrowserWindow }, code) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) throw new Error('There is no window');
    const { webContents } = window;
    let onGone: () => void = () => undefined;
    // Electron never answers for a page that is gone.
    const gone = new Promise<never>((_resolve, reject) => {
      onGone = () => reject(new Error('The page is gone'));
    });
    const events = ['render-process-gone', 'did-start-navigation'] as const;
    for (const event of events) webContents.once(event as 'did-finish-load', onGone);
    try {
      return (await Promise.race([gone, webContents.executeJavaScript(code, true)])) as T;
    } finally {
      for (const event of events) webContents.off(event as 'did-finish-load', onGone);
    }
  }, script);
}

/** Kills the process of the first window's page, as the system does. */
export async function endPage(program: ElectronApplication): Promise<void> {
  const processId = await program.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
  );
  if (processId === undefined || processId === 0) throw new Error('The window has no page');
  process.kill(processId, 'SIGKILL');
}

/** Text that the page shows, also in one that Playwright has given up. */
export function textOfPage(program: ElectronApplication): Promise<string> {
  return inPage<string>(program, 'document.body?.innerText ?? ""').catch(() => '');
}

/** A scenario of the desktop shell. */
export const test = scenario.extend<{ desktop: Desktop; clip: string }>({
  // A copy: whoever the program runs as may read this folder, and perhaps not the checkout.
  clip: async ({ folder }, use) => {
    const clip = path.join(folder, 'clip.mp4');
    await copyFile(path.join(programPath, 'assets/example/clip.mp4'), clip);
    await use(clip);
  },
  desktop: async ({ folder }, use, testInfo) => {
    const { electron } = findShells();
    if ('missing' in electron) {
      testInfo.skip(true, electron.missing);
      return;
    }
    const desktop = new Desktop(folder, programOf(electron));
    try {
      await use(desktop);
    } finally {
      await desktop.end();
    }
  },
});
