/**
 * Checks types, lint and format, runs every suite that this machine can run (unit and system tests, windows in a browser,
 * training and the client in Python), and ends with one plain count, whatever fails. A suite that cannot run here says why.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { findElectron } from '../e2e/shells/find-electron.ts';
import { hasScreen } from '../e2e/shells/screen.ts';

interface Suite {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Passes or fails as a whole, and counts as one. */
  readonly check?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** Why it cannot run here. */
  readonly missing?: string | undefined;
}

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

const programPath = path.join(import.meta.dirname, '..');
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const python = process.env['PYTHON'] ?? 'python3';

function suites(): Suite[] {
  const browser = [process.env['CHROMIUM_BIN'] ?? '', ...browsers].some(
    (place) => place !== '' && existsSync(place),
  );
  const withoutElectron = missingForElectron();
  const pythonParts = spawnSync(python, ['-c', 'import torch, transformers, peft, pytest']).status === 0;
  return [
    { name: 'types', command: ['npm', 'run', '-s', 'types'], check: true },
    { name: 'lint', command: ['npm', 'run', '-s', 'lint'], check: true },
    { name: 'format', command: ['npm', 'run', '-s', 'format'], check: true },
    { name: 'engine, host and shells', command: ['npx', 'vitest', 'run'] },
    {
      name: 'windows in a browser (Playwright)',
      command: ['npx', 'playwright', 'test', '--project=browser'],
      missing: browser ? undefined : 'no Chromium was found (apt-get install chromium, or set CHROMIUM_BIN)',
    },
    {
      name: 'desktop program in Electron, and packed (Playwright)',
      command: ['npx', 'playwright', 'test', '--project=electron', '--project=packed'],
      missing: withoutElectron,
    },
    {
      name: 'packed desktop program as another user, in Chromium’s sandbox (Playwright)',
      command: ['npx', 'playwright', 'test', '--project=electron'],
      environment: { VIDEOMIND_E2E_USER: '65534' },
      missing:
        withoutElectron ??
        (process.getuid?.() === 0
          ? undefined
          : 'only root can start it as another user; the suite above has the sandbox on'),
    },
    {
      name: 'training (pytest)',
      command: [python, '-m', 'pytest', 'training'],
      missing: pythonParts
        ? undefined
        : `${python} lacks what training/requirements.lock lists (pip install -r)`,
    },
    {
      name: 'Python client (pytest)',
      command: [python, '-m', 'pytest', 'clients/python'],
      missing:
        spawnSync(python, ['-c', 'import pytest']).status === 0
          ? undefined
          : `${python} lacks pytest (pip install pytest pandas)`,
    },
  ];
}

/** Why the desktop program cannot be started here. */
function missingForElectron(): string | undefined {
  const electron = findElectron(programPath);
  if ('missing' in electron) return electron.missing;
  const screen = hasScreen() || spawnSync('Xvfb', ['-help']).error === undefined;
  return screen ? undefined : 'Electron needs a screen, and there is none (apt-get install xvfb)';
}

/** Runs a suite, its output passed on, and reads the count that it ends with. */
function run({ command: [program, ...parameters], check, environment }: Suite): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...environment },
    });
    let tail = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      process.stdout.write(text);
      tail = (tail + text).slice(-4000);
    });
    child.once('error', () => resolve({ passed: 0, failed: 1 }));
    child.once('close', (code) => {
      const passed = check === true ? Number(code === 0) : lastCount(tail, 'passed');
      const failed = check === true ? Number(code !== 0) : lastCount(tail, 'failed');
      // A suite that ends badly has failed, whatever it counted.
      resolve({ passed, failed: code === 0 ? failed : Math.max(failed, 1) });
    });
  });
}

function lastCount(text: string, what: 'passed' | 'failed'): number {
  const plain = stripVTControlCharacters(text);
  const found = [...plain.matchAll(new RegExp(`(\\d+) ${what}`, 'gu'))].at(-1);
  return Number(found?.[1] ?? 0);
}

let passed = 0;
let failed = 0;
const left: string[] = [];
const failedSuites: string[] = [];
for (const suite of suites()) {
  console.log(`\n── ${suite.name}`);
  if (suite.missing !== undefined) {
    console.log(`left out: ${suite.missing}`);
    left.push(suite.name);
    continue;
  }
  const outcome = await run(suite);
  passed += outcome.passed;
  failed += outcome.failed;
  if (outcome.failed > 0) failedSuites.push(suite.name);
}
console.log(`\n${left.length === 0 ? '' : `Left out: ${left.join(', ')}. `}All suites:`);
if (failedSuites.length > 0) console.log(`Failed in: ${failedSuites.join(', ')}.`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
