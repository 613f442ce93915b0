import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Enclosed } from './jail.ts';

/** Starts what a jail says to start; its standard input is the jail's, output and errors are the program's. */
export function spawnEnclosed(enclosed: Enclosed): ChildProcessByStdio<null, Readable, Readable> {
  const { input, filter } = enclosed;
  const child = spawn(enclosed.command, enclosed.args, {
    stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe', ...(filter ? (['pipe'] as const) : [])],
    env: enclosed.environment,
    cwd: enclosed.workingFolder,
    windowsHide: true,
  });
  send(child.stdin, input);
  send(child.stdio[3] as Writable | undefined, filter);
  return child as unknown as ChildProcessByStdio<null, Readable, Readable>;
}

function send(pipe: Writable | null | undefined, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) return;
  pipe?.on('error', () => undefined); // it ended before it read: its exit tells
  pipe?.end(bytes);
}

/**
 * Runs something enclosed to its end.
 * @returns what it wrote; `failure` says why it did not end well
 */
export function runEnclosed(
  enclosed: Enclosed,
  timeoutMs: number,
): Promise<{ readonly output: string; readonly failure?: string }> {
  return new Promise((resolve) => {
    const child = spawnEnclosed(enclosed);
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8');
      child[name].on('data', (text: string) => (texts[name] += text));
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    const finish = (failure: string | undefined): void => {
      clearTimeout(timer);
      resolve({ output: texts.stdout, ...(failure !== undefined && { failure }) });
    };
    child.once('error', (error) => finish(error.message));
    child.once('close', (code, signal) => {
      const said = texts.stderr.trim().split('\n').at(-1);
      finish(
        code === 0 ? undefined : said !== undefined && said !== '' ? said : `ended with ${signal ?? code}`,
      );
    });
  });
}
