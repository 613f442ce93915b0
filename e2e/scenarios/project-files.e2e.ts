import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { expectAccessible } from '../accessibility.ts';
import type { App } from '../app.ts';
import { expect, test } from '../test.ts';

test('what two people changed differently is told before a project file is taken over, and each difference is decided', async ({
  app,
  folder,
}) => {
  await app.startToy();
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  const review = await app.openPanel('Review');
  for (const key of ['i', 'Shift+ArrowRight', 'o', 'Enter']) await app.press(key);
  await expect(app.moments).toHaveCount(1);
  const words = review.getByRole('textbox', { name: 'What is to be seen' });
  await words.fill('A square rises');
  await words.press('Tab');
  await expect(app.moments.first()).toContainText('A square rises');
  const file = path.join(folder, 'other.videomind');
  await copyFile(await app.saveFile(() => projectMenu(app, 'Save as project file…')), file);
  await words.press('Escape');
  await app.press('Control+z');
  await expect(words).toHaveValue('');
  await words.fill('A blue square rises');
  await words.press('Tab');
  await expect(app.moments.first()).toContainText('A blue square rises');

  await takeProject(app, file);
  const dialog = app.page.getByRole('dialog', { name: 'Open project file' });
  await expect(dialog).toContainText('is here already');
  await expect(dialog).toContainText('1 thing was changed on both sides');
  await expectAccessible(app, { within: '[role=dialog]', name: 'preview' });
  await dialog.getByRole('button', { name: 'Merge' }).click();

  const differences = app.page.getByRole('dialog', { name: 'Differences' });
  const row = differences.getByRole('row', { name: /^Words/u });
  await expect(row).toContainText('A blue square rises');
  await expect(row).toContainText('A square rises');
  await expectAccessible(app, { within: '[role=dialog]', name: 'differences' });
  await differences.getByRole('button', { name: /^Take over/u }).click();
  await expect(differences).toContainText('There is nothing to decide.');
  await app.page.keyboard.press('Escape');
  await expect(app.moments.first()).toContainText('A square rises');
  await expect(words).toHaveValue('A square rises');

  // What was decided is not asked again.
  await takeProject(app, file);
  await expect(dialog).toContainText('Nothing in it is new.');
});

async function takeProject(app: App, file: string): Promise<void> {
  await app.chooseFiles([file], () => projectMenu(app, 'Open project file…'));
}

async function projectMenu(app: App, item: string): Promise<void> {
  await app.page.getByRole('button', { name: 'My project' }).click();
  await app.page.getByRole('menuitem', { name: item }).click();
}
