// `npm start`: the desktop app in Electron, or in a browser where Electron cannot be had. Plain JavaScript, so that any Node
// can say what is missing.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

const programPath = fileURLToPath(new URL('../../', import.meta.url));
const args = process.argv.slice(2);

function say(text) {
  process.stderr.write(`${text}\n`);
}

/** The binary of Electron; undefined where its package or its binary is not there. */
function findElectron() {
  let folder;
  try {
    folder = path.dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return {};
  }
  const named = path.join(folder, 'path.txt');
  const chosen = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (!existsSync(named)) return { folder };
  const binary = path.join(chosen ?? path.join(folder, 'dist'), readFileSync(named, 'utf8'));
  return existsSync(binary) ? { folder, binary } : { folder };
}

/** Electron's own install script fetches its binary; once, and only when somebody starts the app. */
function installElectron(folder) {
  say('Fetching Electron, once (about 110 MB) …');
  const { status } = spawnSync(process.execPath, [path.join(folder, 'install.js')], {
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: 10 * 60_000,
  });
  return status === 0;
}

function runNode(script, scriptArgs) {
  return run(process.execPath, [script, ...scriptArgs]);
}

function run(command, commandArgs) {
  const child = spawn(command, commandArgs, { stdio: 'inherit', cwd: process.env.INIT_CWD ?? process.cwd() });
  // The terminal sends Ctrl-C to both; the child decides when it is over.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

let { folder, binary } = findElectron();
const hasScreen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
if (folder && !binary && hasScreen && !process.env.ELECTRON_SKIP_BINARY_DOWNLOAD && installElectron(folder)) {
  ({ binary } = findElectron());
}

if (binary && hasScreen) {
  const built = await runNode(path.join(programPath, 'electron', 'packaging', 'build.ts'), []);
  process.exitCode =
    built === 0 ? await run(binary, [path.join(programPath, 'dist', 'main', 'main.cjs'), ...args]) : built;
} else {
  const reason = hasScreen ? 'Electron’s binary cannot be had here' : 'There is no screen here';
  say(`${reason}: opening the app in a browser instead.`);
  const launcher = path.join(programPath, 'electron', 'cli', 'launch.mjs');
  process.exitCode = await runNode(launcher, ['serve', '--open', ...args]);
}
