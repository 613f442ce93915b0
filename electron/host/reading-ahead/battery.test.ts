import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isOnBattery } from './battery.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'power-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function supply(name: string, facts: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(path.join(folder, name));
  for (const [file, text] of Object.entries(facts))
    await writeFile(path.join(folder, name, file), `${text}\n`);
}

test('a battery that is used up is one, a charging one and that of a mouse are not', async () => {
  expect(await isOnBattery(path.join(folder, 'none'))).toBe(false);
  await supply('AC', { type: 'Mains', online: '1' });
  await supply('hid-mouse', { type: 'Battery', status: 'Discharging', scope: 'Device' });
  await supply('BAT0', { type: 'Battery', status: 'Charging' });
  expect(await isOnBattery(folder)).toBe(false);
  await writeFile(path.join(folder, 'BAT0', 'status'), 'Discharging\n');
  expect(await isOnBattery(folder)).toBe(true);
});
