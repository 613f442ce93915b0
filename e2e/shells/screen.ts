import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';

/** True where windows can be shown. */
export function hasScreen(): boolean {
  if (process.platform !== 'linux') return true;
  return [process.env['DISPLAY'], process.env['WAYLAND_DISPLAY']].some(
    (each) => each !== undefined && each !== '',
  );
}

/**
 * Gives this process and those that it starts a screen, where there is none and Xvfb is installed: one of its own, on the
 * first free number, which every user of the machine may draw on.
 * @returns what ends it.
 */
export async function openScreen(): Promise<() => Promise<void>> {
  if (hasScreen()) return () => Promise.resolve();
  const parameters = ['-displayfd', '1', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'];
  const server = spawn('Xvfb', parameters, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(server, 'exit').catch(() => undefined); // not installed
  const number = await Promise.race([
    once(createInterface({ input: server.stdout }), 'line').then(([line]) => String(line)),
    ended.then(() => undefined),
  ]);
  if (number === undefined) return () => Promise.resolve();
  process.env['DISPLAY'] = `:${number}`;
  return async () => {
    delete process.env['DISPLAY'];
    server.kill();
    await ended;
  };
}
