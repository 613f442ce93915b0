import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WindowStateFile, frameShift, placeWindow } from './window-state.ts';

const primary = { x: 0, y: 0, width: 1920, height: 1040 };
const right = { x: 1920, y: 0, width: 2560, height: 1400 };
const onRight = { bounds: { x: 2400, y: 200, width: 1500, height: 1000 }, maximized: false };

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), 'videomind-window-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the first window opens in the middle of the first screen, and fits on a small one', () => {
  expect(placeWindow(undefined, [primary, right]).bounds).toEqual({
    x: 240,
    y: 70,
    width: 1440,
    height: 900,
  });
  const small = { x: 0, y: 30, width: 1280, height: 690 };
  expect(placeWindow(undefined, [small]).bounds).toEqual({ x: 0, y: 30, width: 1280, height: 690 });
});

test('a window opens where it was while that screen is there', () => {
  expect(placeWindow(onRight, [primary, right]).bounds).toEqual(onRight.bounds);
});

test('a window whose screen was taken away comes back to the first', () => {
  expect(placeWindow({ ...onRight, maximized: true }, [primary])).toMatchObject({
    bounds: { x: 240, y: 70, width: 1440, height: 900 },
    maximized: true,
  });
});

test('a window that cannot be reached by its title comes back', () => {
  const above = { bounds: { x: 100, y: -500, width: 1200, height: 800 }, maximized: false };
  const below = { bounds: { x: 100, y: 1035, width: 1200, height: 800 }, maximized: false };
  const aside = { bounds: { x: -1190, y: 100, width: 1200, height: 800 }, maximized: false };
  for (const state of [above, below, aside]) {
    expect(placeWindow(state, [primary]).bounds).toEqual({ x: 240, y: 70, width: 1440, height: 900 });
  }
});

test('a window is no larger than the screen that it is on', () => {
  const huge = { bounds: { x: 10, y: 10, width: 9000, height: 9000 }, maximized: false };
  expect(placeWindow(huge, [primary]).bounds).toEqual({ x: 10, y: 10, width: 1920, height: 1040 });
});

test('the state survives a restart, and what is unreadable counts as none', async () => {
  const file = path.join(folder, 'window.json');
  expect(await new WindowStateFile(file).read()).toBeUndefined();
  const kept = new WindowStateFile(file);
  kept.write({ ...onRight, maximized: true });
  kept.write(onRight);
  await kept.written();
  expect(await new WindowStateFile(file).read()).toEqual(onRight);
  for (const text of ['', '{', '{"bounds":{"x":"1"}}', '[]']) {
    await writeFile(file, text);
    expect(await kept.read()).toBeUndefined();
  }
});

test('a state that cannot be written keeps nobody from closing', async () => {
  const kept = new WindowStateFile(path.join(folder, 'file', 'window.json'));
  await writeFile(path.join(folder, 'file'), '');
  kept.write(onRight);
  await kept.written();
  expect(await kept.read()).toBeUndefined();
});

test('what a window manager’s frame pushed is told from a person’s move', () => {
  const asked = onRight.bounds;
  expect(frameShift(asked, { ...asked, x: asked.x + 1, y: asked.y + 20 })).toEqual({ x: 1, y: 20 });
  for (const told of [
    asked,
    { ...asked, x: asked.x - 5 },
    { ...asked, y: asked.y + 200 },
    { ...asked, width: 5 },
  ]) {
    expect(frameShift(asked, told)).toEqual({ x: 0, y: 0 });
  }
});
