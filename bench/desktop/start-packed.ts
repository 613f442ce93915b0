/**
 * Measures the start of the packed program: `node bench/desktop/start-packed.ts [--times N]`, with a screen or Xvfb. Of N starts
 * (5) it gives each and the best, with the machine's load beside it:
 *
 *   window    from a start, on a library that is there already, to a visible window of the program on the screen, as the window
 *             system has it (xdotool); it is shown when its page has painted. The program is as installed, and nobody drives it.
 *   answer    on a fresh profile, from the start to the demo's answer, with the two presses in between made at once; driven
 *             (Playwright), which costs some time of its own.
 *
 * The Electron is that of `npm run e2e:packed`. The pictures of it are made by `bench/desktop/pictures.ts`.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { expect } from '@playwright/test';
import { App } from '../../e2e/app.ts';
import { packProgram } from '../../e2e/packed/pack-program.ts';
import { packedCommand, startPacked } from '../../e2e/packed/packed-shell.ts';
import { findShells, programPath } from '../../e2e/shells/find-shells.ts';
import { openScreen } from '../../e2e/shells/screen.ts';

const run = promisify(execFile);
const { values } = parseArgs({ options: { times: { type: 'string', default: '5' } } });
const times = Number(values.times);

const closeScreen = await openScreen();
const { electron } = findShells();
if ('missing' in electron) throw new Error(electron.missing);
const packed = await packProgram(electron, programPath, path.join(programPath, '.cache/packed'));
const used = await mkdtemp(path.join(os.tmpdir(), 'videomind-start-'));
try {
  const answers: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const fresh = await mkdtemp(path.join(os.tmpdir(), 'videomind-start-'));
    answers.push(await secondsToAnswer(fresh));
    await rm(fresh, { recursive: true });
  }
  report('fresh profile, start to the demo’s answer', answers);
  await secondsToAnswer(used);
  const windows: number[] = [];
  for (let time = 0; time < times; time += 1) windows.push(await secondsToWindow(used));
  report('second start, window on the screen', windows);
} finally {
  await rm(used, { recursive: true });
  await closeScreen();
}

async function secondsToAnswer(folder: string): Promise<number> {
  const startedMs = performance.now();
  const shell = await startPacked(packed, folder);
  const app = new App(shell, []);
  await app.startDemo();
  await app.ask();
  await expect(app.citation).toBeVisible({ timeout: 60_000 });
  const seconds = (performance.now() - startedMs) / 1000;
  await shell.close();
  return seconds;
}

async function secondsToWindow(folder: string): Promise<number> {
  const { args, env } = packedCommand(folder);
  const startedMs = performance.now();
  const program = spawn(packed.executablePath, args, { env, stdio: 'ignore' });
  const ended = once(program, 'exit');
  const asked = ['search', '--onlyvisible', '--name', '^VideoMind$'];
  while ((await run('xdotool', asked).catch(() => ({ stdout: '' }))).stdout.trim() === '') {
    if (program.exitCode !== null) throw new Error('The program ended before its window was there.');
  }
  const seconds = (performance.now() - startedMs) / 1000;
  program.kill('SIGTERM');
  await ended;
  return seconds;
}

function report(what: string, seconds: readonly number[]): void {
  const all = seconds.map((each) => each.toFixed(2)).join(' ');
  const load = os.loadavg()[0]?.toFixed(1) ?? '';
  console.log(`${what}: best ${Math.min(...seconds).toFixed(2)} s of ${all} (load ${load})`);
}
