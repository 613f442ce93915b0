#!/usr/bin/env node
// Plain JavaScript, so that a Node that is too old says so in words instead of failing on the first TypeScript file.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { URL, fileURLToPath } from 'node:url';

const oldestMajor = 24;
const major = Number(process.versions.node.split('.')[0]);

function say(text) {
  process.stderr.write(`${text}\n`);
}

// Ctrl-C while the program is still being loaded; the command replaces this.
process.once('SIGINT', () => process.exit(130));

/** The Node that `npm install` brings beside the program; undefined where it is not there or cannot run. */
function ownNode() {
  const file = fileURLToPath(
    new URL(`../../node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`, import.meta.url),
  );
  return existsSync(file) ? file : undefined;
}

if (major < oldestMajor && ownNode() !== undefined) {
  // Typed by hand or linked, the command may meet an older Node of the system: the program's own runs it instead.
  const child = spawn(ownNode(), process.argv.slice(1), { stdio: 'inherit' });
  process.removeAllListeners('SIGINT');
  // Ctrl-C reaches the whole process group; what is sent to this process alone is passed on.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
} else if (major < oldestMajor) {
  say(`NODE_TOO_OLD: VideoMind needs Node ${oldestMajor} or newer; this is ${process.version}.`);
  say(
    'Run it as `npm run -s videomind -- …` after `npm install`, which brings a Node of its own; where install scripts are blocked, install Node from https://nodejs.org.',
  );
  process.exitCode = 1;
} else {
  try {
    // npm runs scripts in the folder of package.json; paths mean the folder where the command was typed.
    if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  } catch {
    say(`FOLDER_NOT_FOUND: The working directory ${process.env.INIT_CWD} does not exist.`);
    process.exit(1);
  }
  // Before anything else is loaded: the start of a short command is mostly the compiling of its code.
  const { keepCompiledCode } = await import('../host/compiled-code.ts');
  keepCompiledCode();
  const { runCommandLine } = await import('./command-line.ts');
  await runCommandLine(process.argv.slice(2));
}
