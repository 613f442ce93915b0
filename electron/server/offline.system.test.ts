import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { programPath } from '../host/paths.ts';
import { outwardConnections, tracedCommand, whyNotTraced } from './testing/outward-connections.ts';

const missing = whyNotTraced();
const launcher = path.join(programPath, 'electron/cli/launch.mjs');
let folder: string;
let tracePath: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-offline-'));
  tracePath = path.join(folder, 'trace');
  env = {
    ...process.env,
    VIDEOMIND_DATA_DIR: path.join(folder, 'data'),
    VIDEOMIND_CACHE_DIR: path.join(folder, 'cache'),
  };
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs Node under the eye of strace. @returns where it connected to. */
async function connectionsOf(...args: readonly string[]): Promise<string[]> {
  const [program = '', ...before] = tracedCommand(tracePath);
  await promisify(execFile)(program, [...before, process.execPath, ...args], { env, cwd: folder });
  return outwardConnections(await readFile(tracePath, 'utf8'));
}

// What Electron does besides is watched in e2e/packed.
describe.skipIf(missing !== undefined)(
  `without being told to${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    test('a connection outward would be seen', async () => {
      const script = `for (const host of ['192.0.2.1', '2001:db8::1']) require('net').connect(443, host).on('error', () => 0);
      require('dgram').createSocket('udp4').send('x', 53, '192.0.2.2', () => process.exit());`;
      expect((await connectionsOf('-e', script)).sort()).toEqual([
        '192.0.2.1 443',
        '192.0.2.2 53',
        '2001:db8::1 443',
      ]);
    });

    test('the command line asks a question and looks at the machine, and connects to nobody', async () => {
      expect(await connectionsOf(launcher, 'demo')).toEqual([]);
      expect(await connectionsOf(launcher, 'doctor')).toEqual([]);
    });

    test('the browser shell starts, serves its page and ends, and connects to nobody', async () => {
      const [program = '', ...before] = tracedCommand(tracePath);
      const child = spawn(program, [...before, process.execPath, launcher, 'serve', '--json'], {
        env,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const closed = once(child, 'close');
      let printed = '';
      for await (const piece of child.stdout.setEncoding('utf8')) {
        printed += String(piece);
        if (printed.trimEnd().endsWith('}')) break;
      }
      const { url, processId } = JSON.parse(printed) as { url: string; processId: number };
      try {
        const admitted = await fetch(url, { redirect: 'manual' });
        const cookie = admitted.headers.getSetCookie().map((each) => each.split(';')[0] ?? '');
        const page = await fetch(new URL('/', url), { headers: { cookie: cookie.join('; ') } });
        expect(await page.text()).toContain('<title>VideoMind');
      } finally {
        process.kill(processId, 'SIGTERM');
      }
      await closed;
      expect(outwardConnections(await readFile(tracePath, 'utf8'))).toEqual([]);
    });
  },
);
