// How `npm start` opens the app. Plain JavaScript, so that any Node can run it; typed and described in
// `start-way.d.mts`.
import { spawn } from 'node:child_process';
import process from 'node:process';

export function wayToStart({ hasElectron, hasScreen, platform, userId, args }) {
  if (!hasScreen) return { way: 'browser', reason: 'There is no screen here' };
  if (!hasElectron) return { way: 'browser', reason: 'Electron’s binary cannot be had here' };
  if (platform === 'linux' && userId === 0 && !args.includes('--no-sandbox')) {
    return {
      way: 'browser',
      reason: 'Chromium’s sandbox does not start for root (`npm start -- --no-sandbox` goes without it)',
    };
  }
  return { way: 'electron' };
}

export function browserArguments(args) {
  return args.filter((argument) => argument !== '--no-sandbox');
}

export function runElectron(command, args, workingFolder) {
  const child = spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], cwd: workingFolder });
  let started = false;
  child.on('message', (message) => {
    if (message !== 'started') return;
    started = true;
    // The app ends when its window does, not when this process does.
    child.disconnect();
  });
  const stop = () => child.kill('SIGTERM');
  const ignore = () => undefined;
  // The terminal sends Ctrl-C to both; the child decides when it is over.
  process.on('SIGINT', ignore);
  process.on('SIGTERM', stop);
  return new Promise((resolve) => {
    const end = (code) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', stop);
      resolve({ code, started });
    };
    child.once('error', () => end(1));
    child.once('exit', (code) => end(code ?? 1));
  });
}
