import { readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from './testing/run-cli.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-compiled-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Files of compiled code in a cache folder. */
function compiled(cache: string): string[] {
  return readdirSync(path.join(cache, 'compiled'), { recursive: true, encoding: 'utf8' });
}

test('code is kept as it was compiled, that of the engine too, which a signal ends', async () => {
  const cache = path.join(folder, 'cache');
  const run = (...args: string[]) => runCli(args, { environment: { VIDEOMIND_CACHE_DIR: cache } });
  expect((await run('--version')).code).toBe(0);
  const ofVersion = compiled(cache).length;
  expect(ofVersion).toBeGreaterThan(10);
  expect((await run('doctor', '--json')).code).toBe(0);
  const ofDoctor = compiled(cache).length;
  expect(ofDoctor).toBeGreaterThan(ofVersion + 10);
  // The next start finds all of it.
  await run('doctor', '--json');
  expect(compiled(cache)).toHaveLength(ofDoctor);
});

test.runIf(process.platform === 'linux')(
  'a cache folder where none can be is told at the start',
  async () => {
    const { code, stderr } = await runCli(['doctor'], {
      environment: { VIDEOMIND_CACHE_DIR: '/proc/videomind' },
    });
    expect(code).toBe(1);
    expect(stderr).toContain(
      'OUTPUT_UNWRITABLE: /proc/videomind cannot be made: /proc takes no new folders.',
    );
    expect(stderr).toContain('Choose a folder on a disk.');
  },
);

test('a folder that cannot be written changes nothing', async () => {
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  const { code, stderr } = await runCli(['--version'], { environment: { VIDEOMIND_CACHE_DIR: file } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
