import type { MenuItemConstructorOptions } from 'electron';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { programPath } from '../host/paths.ts';
import { menuTemplate } from './menu-template.ts';

function itemsOf(template: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return template.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
}

test('every entry runs a command that the window has', () => {
  const folder = path.join(programPath, 'renderer', 'app', 'commands');
  const source = readdirSync(folder)
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('\n');
  const run = vi.fn();
  for (const item of itemsOf(menuTemplate('linux', run))) item.click?.({} as never, undefined, {});
  const commands = run.mock.calls.map(([command]) => String(command));
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) expect(source).toContain(`'${command}'`);
});

test('keys are shown and left to the page, which knows where the focus is', () => {
  for (const item of itemsOf(menuTemplate('win32', vi.fn()))) {
    if (item.accelerator !== undefined) expect(item.registerAccelerator).toBe(false);
  }
});

test('a Mac has its application menu, the others quit from the file menu', () => {
  expect(menuTemplate('darwin', vi.fn())[0]).toEqual({ role: 'appMenu' });
  expect(itemsOf(menuTemplate('darwin', vi.fn())).some(({ role }) => role === 'quit')).toBe(false);
  expect(itemsOf(menuTemplate('linux', vi.fn())).some(({ role }) => role === 'quit')).toBe(true);
});
