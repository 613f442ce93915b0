#!/usr/bin/env node
// Plain JavaScript, so that a Node that is too old says so in words instead of failing on the first TypeScript file.
import process from 'node:process';

const oldestMajor = 24;
const major = Number(process.versions.node.split('.')[0]);

function say(text) {
  process.stderr.write(`${text}\n`);
}

// Ctrl-C while the program is still being loaded; the command replaces this.
process.once('SIGINT', () => process.exit(130));

if (major < oldestMajor) {
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
  const { runCommandLine } = await import('./command-line.ts');
  await runCommandLine(process.argv.slice(2));
}
