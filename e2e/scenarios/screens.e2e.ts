import path from 'node:path';
import process from 'node:process';
import { expectAccessible } from '../accessibility.ts';
import type { App } from '../app.ts';
import { programPath } from '../shells/find-shells.ts';
import { expect, test } from '../test.ts';

/** With VIDEOMIND_SCREENSHOTS set the pictures of the documentation are made anew. */
const picturesPath =
  process.env['VIDEOMIND_SCREENSHOTS'] === undefined ? undefined : path.join(programPath, 'docs/images');

test('the main screens can be used by everybody, in both themes', async ({ app }) => {
  test.slow();
  await screen(app, 'first-start');
  await app.startDemo();
  await expect(app.panel('Ask').getByRole('region', { name: 'Before you ask' })).toBeVisible();
  await screen(app, 'ask');
  await app.ask();
  await expect(app.answer).toBeVisible();
  await app.citation.click();
  await expect.poll(() => app.playerSec()).toBeGreaterThan(0);
  await screen(app, 'run');
  const review = await app.openPanel('Review');
  await review.getByRole('button', { name: 'Review the candidates of the shown run' }).click();
  await review.getByRole('list', { name: 'Moments' }).getByRole('button').first().click();
  await expect(review.getByRole('textbox', { name: 'Start' })).toBeVisible();
  await screen(app, 'review');
  await app.press('Control+k');
  await expect(app.page.getByRole('dialog')).toBeVisible();
  await screen(app, 'commands');
  await app.page.keyboard.press('Escape');
  await app.page.getByRole('button', { name: 'Settings', exact: true }).click();
  await screen(app, 'settings');
  await app.page.keyboard.press('Escape');
  await app.page.getByRole('button', { name: 'My project' }).click();
  await app.page.getByRole('menuitem', { name: 'Export…' }).click();
  await screen(app, 'export');
  await app.page.keyboard.press('Escape');
});

test('models, what is done to them, two runs beside each other and the keyboard map can be used by everybody', async ({
  app,
}) => {
  test.slow();
  await app.startToy();
  for (const question of ['Which shape moves to the right?', 'Which shape rises?']) {
    await app.ask(question);
    await expect(app.answer).toBeVisible();
    await expect(app.panel('Run').getByRole('button', { name: 'More' })).toBeVisible();
  }
  await app.openPanel('Compare');
  await expect(app.panel('Compare').getByRole('row', { name: /^Answer\b/ })).toBeVisible();
  await expectAccessible(app, { name: 'compare' });
  await app.page.getByRole('button', { name: 'Keyboard' }).click();
  await expectAccessible(app, { name: 'keys' });
  await app.page.keyboard.press('Escape');
  await app.press('Control+m');
  await expect(app.page.getByRole('heading', { name: 'VideoMind 2B' })).toBeVisible();
  await expectAccessible(app, { name: 'models' });
  await app.page.getByRole('button', { name: 'What else runs here…' }).click();
  const entries = app.page.getByRole('list', { name: 'Entries of the catalogue' });
  await entries.getByRole('button', { name: /^LongVT/ }).click();
  await expect(entries.getByText('with its tools: --tools longvt')).toBeVisible();
  await screen(app, 'catalogue');
  await app.page.getByRole('button', { name: 'Benchmarks and data' }).click();
  await app.page.getByRole('button', { name: 'All', exact: true }).click();
  await entries.getByRole('button', { name: /^SciVideoBench/ }).click();
  await expectAccessible(app, { name: 'catalogue of benchmarks' });
  await app.page.getByRole('button', { name: 'Back to models' }).click();
  await app.page
    .getByRole('article')
    .filter({ hasText: 'toy' })
    .getByRole('button', { name: 'Remove' })
    .click();
  await expectAccessible(app, { name: 'remove a model' });
  await app.page.keyboard.press('Escape');
  const checkpoint = path.join(programPath, 'native-models/fixtures/pack-2b/model');
  await app.chooseFiles([checkpoint], () =>
    app.page.getByRole('main').getByRole('button', { name: 'Choose a folder…' }).click(),
  );
  await expect(app.page.getByRole('dialog', { name: 'Make a model package' })).toBeVisible();
  await expectAccessible(app, { name: 'import a model' });
});

test('the tables of the overview, menus, what goes on and the dialogs that no other scenario looks at can be used by everybody', async ({
  app,
}) => {
  test.slow();
  await app.startToy();
  await app.ask();
  await expect(app.answer).toBeVisible();
  for (const key of ['i', 'Shift+ArrowRight', 'o', 'Enter', 'a']) await app.press(key);
  await expect(app.moments.filter({ hasText: 'accepted' })).toHaveCount(1);

  const overview = app.page.getByRole('tablist', { name: 'Overview' });
  await app.press('Control+Shift+f');
  for (const tab of ['Moments', 'Questions', 'Videos', 'Agreement']) {
    await overview.getByRole('tab', { name: tab }).click();
    await expect(app.page.getByRole('tabpanel', { name: tab })).toBeVisible();
    await expectAccessible(app, { name: `overview: ${tab}` });
  }
  await app.page.getByRole('button', { name: 'Back to the video' }).click();

  const dialog = app.page.getByRole('dialog');
  const within = '[role=dialog], [role=alertdialog]';
  await app.press('Control+Alt+n');
  await expect(dialog).toBeVisible();
  await expectAccessible(app, { within, name: 'new project' });
  await app.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  const project = app.page.getByRole('button', { name: 'My project' });
  await project.click();
  await expect(app.page.getByRole('menu')).toBeVisible();
  await expectAccessible(app, { within: '[role=menu]', name: 'menu of the project' });
  await app.page.getByRole('menuitem', { name: 'History…' }).click();
  await expectAccessible(app, { within, name: 'history' });
  await app.page.keyboard.press('Escape');
  await project.click();
  await app.page.getByRole('menuitem', { name: 'Remove this project…' }).click();
  await expectAccessible(app, { within, name: 'a question before something is removed' });
  await app.page.keyboard.press('Escape');
  await app.page.getByRole('button', { name: 'More about clip.mp4' }).click();
  await app.page.getByRole('menuitem', { name: 'About this video…' }).click();
  await expectAccessible(app, { within, name: 'about a video' });
  await app.page.keyboard.press('Escape');
  await app.page.getByRole('button', { name: 'Jobs', exact: true }).click();
  await expectAccessible(app, { within, name: 'jobs' });
  await app.page.keyboard.press('Escape');

  // Elsewhere it is the system's dialog.
  if (app.kind === 'browser') {
    await app.press('Control+i');
    await expect(dialog.getByRole('textbox', { name: 'Path' })).not.toHaveValue('');
    await expectAccessible(app, { within, name: 'files' });
    await app.page.keyboard.press('Escape');
  }
  expect(app.problems).toEqual([]);
});

/** Looks at a screen, with pictures where they are wanted. */
async function screen(app: App, name: string): Promise<void> {
  await expectAccessible(app, {
    name,
    then: async (theme) => {
      if (picturesPath === undefined) return;
      await app.takePicture(path.join(picturesPath, `app-${name}-${theme}.png`));
    },
  });
}
