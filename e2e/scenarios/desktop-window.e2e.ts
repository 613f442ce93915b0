import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import type { ElectronApplication } from '@playwright/test';
import { ended, expect, test } from '../desktop.ts';
import { longVideo } from '../made-videos.ts';

/** Chooses an entry of the native menus. */
function choose(program: ElectronApplication, menu: string, label: string): Promise<void> {
  return program.evaluate(
    ({ Menu, BrowserWindow }, [menuLabel, itemLabel]) => {
      const menus = Menu.getApplicationMenu()?.items ?? [];
      const items = menus.find((each) => each.label.replace('&', '') === menuLabel)?.submenu?.items ?? [];
      const item = items.find((each) => each.label === itemLabel);
      if (item === undefined) throw new Error(`There is no ${String(menuLabel)} > ${String(itemLabel)}`);
      (item.click as (event: undefined, window: unknown) => void)(
        undefined,
        BrowserWindow.getAllWindows()[0],
      );
    },
    [menu, label],
  );
}

test('menus do what they say, and their keys do it once', async ({ clip, desktop }) => {
  const { app, program } = await desktop.open(clip);
  const { page } = app;
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  for (const [menu, label, keys, title] of [
    ['File', 'Settings…', 'Control+,', 'Settings'],
    ['File', 'Export…', 'Control+e', 'Export'],
    ['View', 'Command Palette…', 'Control+k', undefined],
    ['Help', 'Keyboard Map', 'F1', undefined],
  ] as const) {
    const dialogs = page.getByRole('dialog', title === undefined ? {} : { name: title });
    await choose(program, menu, label);
    await expect(dialogs).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(dialogs).toHaveCount(0);
    await app.press(keys);
    await expect(dialogs).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(dialogs).toHaveCount(0);
  }
  await choose(program, 'View', 'Models');
  await expect(page.getByRole('heading', { name: 'VideoMind 2B' })).toBeVisible();
  await choose(program, 'View', 'Workspace');
  await expect(app.player).toBeVisible();
  await choose(program, 'View', 'Left Pane');
  await expect(page.getByRole('complementary', { name: 'Library' })).toHaveCount(0);
});

test('Undo of the menu means the annotation, and while something is written the writing', async ({
  clip,
  desktop,
}) => {
  const { app, program } = await desktop.open(clip);
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  await app.press('i');
  for (let step = 0; step < 5; step += 1) await app.press('ArrowRight');
  await app.press('o');
  await app.press('Enter');
  const review = await app.openPanel('Review');
  const rows = review.getByRole('list', { name: 'Moments' }).getByRole('button');
  await expect(rows).toHaveCount(1);
  await app.openPanel('Ask');
  await app.question.pressSequentially('When?');
  await choose(program, 'Edit', 'Undo');
  await expect(app.question).toHaveValue('When');
  await app.openPanel('Review');
  await expect(rows).toHaveCount(1);
  await app.page.evaluate('document.activeElement?.blur()');
  await choose(program, 'Edit', 'Undo');
  await expect(rows).toHaveCount(0);
});

test('the window opens where and how it was, each time', async ({ desktop }) => {
  let wanted = { x: 60, y: 40, width: 1200, height: 800 };
  for (let start = 0; start < 4; start += 1) {
    const opened = await desktop.open();
    const { program } = opened;
    const window = await program.firstWindow();
    await expect(window.getByRole('button', { name: 'Start the demo' })).toBeVisible();
    const bounds = await program.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.getBounds(),
    );
    if (start > 0) expect(bounds).toEqual(wanted);
    wanted = { ...wanted, x: 60 + 40 * start, width: 1200 - 30 * start };
    await program.evaluate(({ BrowserWindow }, to) => {
      const [shown] = BrowserWindow.getAllWindows();
      shown?.setBounds(to);
    }, wanted);
    await expect
      .poll(() => program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds()))
      .toEqual(wanted);
    // As a person closes it.
    const end = ended(opened);
    await program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    expect(await end).toBe(0);
  }
});

for (const way of ['closed', 'ended by SIGTERM'] as const) {
  test(`a program that is ${way} in the middle of a run ends with its engine, and the run shows as interrupted`, async ({
    desktop,
    folder,
  }) => {
    test.skip(way === 'ended by SIGTERM' && process.platform === 'win32', 'Windows has no SIGTERM');
    const opened = await desktop.open();
    const { app, program, child } = opened;
    await app.startToy(await longVideo(folder));
    const run = await app.ask();
    await expect(run.getByText('Grounder', { exact: true })).toBeVisible();
    const processId = child.pid ?? 0;
    const children = await childrenOf(processId);
    expect(children.length).toBeGreaterThan(0);
    const end = ended(opened);
    if (way === 'closed')
      await program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    else process.kill(processId, 'SIGTERM');
    expect(await end).toBe(0);
    await expect.poll(() => children.filter(isThere)).toEqual([]);

    const next = await desktop.open();
    await next.app.page.getByRole('tab', { name: /^Questions/ }).click();
    await next.app.page
      .getByRole('list', { name: 'History of questions' })
      .getByRole('button')
      .first()
      .click();
    await expect(next.app.panel('Run').getByText('Cut off', { exact: true }).first()).toBeVisible();
  });
}

async function childrenOf(processId: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === processId)
    .map(([id = 0]) => id);
}

function isThere(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
