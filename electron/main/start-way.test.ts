import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { browserArguments, runElectron, wayToStart } from './start-way.mjs';

const machine = { hasElectron: true, hasScreen: true, platform: 'linux', userId: 1000, args: [] };

test('the app opens in Electron where there is one and a screen', () => {
  expect(wayToStart(machine)).toEqual({ way: 'electron' });
  expect(wayToStart({ ...machine, hasScreen: false })).toMatchObject({ way: 'browser' });
  expect(wayToStart({ ...machine, hasElectron: false })).toMatchObject({ way: 'browser' });
});

test('for root it opens in a browser, with what to do about it, unless the sandbox is not wanted', () => {
  const root = { ...machine, userId: 0 };
  expect(wayToStart(root)).toMatchObject({ way: 'browser' });
  expect(wayToStart(root)).toHaveProperty('reason', expect.stringContaining('--no-sandbox'));
  const without = { ...root, args: ['--no-sandbox', '--data', 'x'] };
  expect(wayToStart(without)).toEqual({ way: 'electron' });
  expect(browserArguments(without.args)).toEqual(['--data', 'x']);
  expect(wayToStart({ ...root, platform: 'darwin' })).toEqual({ way: 'electron' });
});

test('an Electron that ends before the app began is told from one that was closed', async () => {
  const run = (code: string) => runElectron(process.execPath, ['-e', code], tmpdir());
  expect(await run('process.exit(133)')).toEqual({ code: 133, started: false });
  expect(await run("process.send('started', () => process.exit(3))")).toEqual({ code: 3, started: true });
  expect((await runElectron('/nowhere/electron', [], tmpdir())).started).toBe(false);
});
