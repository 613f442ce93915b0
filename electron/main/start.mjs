// `npm start`: the desktop app in Electron, or in a browser where Electron cannot be had or does not start. Plain JavaScript,
// so that any Node can say what is missing.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';
import { browserArguments, runElectron, wayToStart } from './start-way.mjs';

const programPath = fileURLToPath(new URL('../../', import.meta.url));
const workingFolder = process.env.INIT_CWD ?? process.cwd();
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
  const child = spawn(process.execPath, [script, ...scriptArgs], { stdio: 'inherit', cwd: workingFolder });
  // The terminal sends Ctrl-C to both; the child decides when it is over.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** @param {string} reason why not in Electron. */
async function openInBrowser(reason) {
  say(`${reason}: opening the app in a browser instead.`);
  const launcher = path.join(programPath, 'electron', 'cli', 'launch.mjs');
  return runNode(launcher, ['serve', '--open', ...browserArguments(args)]);
}

async function openInElectron(binary) {
  const built = await runNode(path.join(programPath, 'electron', 'packaging', 'build.ts'), []);
  if (built !== 0) return built;
  const script = path.join(programPath, 'dist', 'main', 'main.cjs');
  const { code, started } = await runElectron(binary, [script, ...args], workingFolder);
  return started ? code : openInBrowser('Electron ended before the app could begin');
}

const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
const here = { hasScreen, platform: process.platform, userId: process.getuid?.(), args };
let { folder, binary } = findElectron();
// Nothing is fetched that would not be used.
const wanted = wayToStart({ ...here, hasElectron: true }).way === 'electron';
if (folder && !binary && wanted && !process.env.ELECTRON_SKIP_BINARY_DOWNLOAD && installElectron(folder)) {
  ({ binary } = findElectron());
}
const choice = wayToStart({ ...here, hasElectron: Boolean(binary) });
process.exitCode =
  choice.way === 'electron' ? await openInElectron(binary) : await openInBrowser(choice.reason);
