import type { App } from '../app.ts';
import { expect, test } from '../test.ts';

test('words are kept as they are typed, undo shows in their field and says what it took back', async ({
  app,
}) => {
  const review = await markMoments(app, 1);
  const words = review.getByRole('textbox', { name: 'What is to be seen' });
  await words.fill('first');
  await words.press('Tab');
  await words.fill('second');
  await expect(app.moments.first()).toContainText('second');
  // Nothing was left, and nothing is lost.
  await app.page.reload();
  await app.openPanel('Review');
  await review.getByRole('list', { name: 'Moments' }).getByRole('button').first().click();
  await expect(words).toHaveValue('second');
  await words.press('Escape');
  await app.press('Control+z');
  await expect(app.page.getByText('Taken back: Change words')).toBeVisible();
  await expect(words).toHaveValue('');
  await words.click();
  await app.press('Control+Shift+z');
  await expect(words).toHaveValue('second');
});

test('names of labels are kept however the dialog is left, and a removed label comes back to its moments', async ({
  app,
}) => {
  const review = await markMoments(app, 1);
  const open = () => app.press('Control+l');
  await open();
  const dialog = app.page.getByRole('dialog');
  const names = dialog.getByRole('textbox', { name: 'Name of the label' });
  for (const [index, name] of ['run', 'walk', 'talk'].entries()) {
    await dialog.getByRole('button', { name: 'Add label' }).click();
    await expect(names.nth(index)).toBeFocused();
    await app.page.keyboard.type(name);
  }
  await app.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await app.press('1');
  await expect(review.getByRole('list', { name: 'Moments' })).toContainText('run');
  await open();
  await expect(names.nth(2)).toHaveValue('talk');
  await dialog.getByRole('button', { name: 'Remove', exact: true }).first().click();
  await expect(dialog.getByRole('status')).toContainText('“run” is removed, also from 1 moment.');
  await dialog.getByRole('button', { name: 'Take back' }).click();
  await expect(names.first()).toHaveValue('run');
  await app.page.keyboard.press('Escape');
  await expect(review.getByRole('list', { name: 'Moments' })).toContainText('run');
});

test('what cannot be brought back is counted and asked about first', async ({ app }) => {
  await markMoments(app, 2);
  const row = app.page.getByRole('button', { name: 'More about clip.mp4' });
  await row.click();
  await app.page.getByRole('menuitem', { name: 'Remove from project' }).click();
  const dialog = app.page.getByRole('dialog');
  await expect(dialog).toContainText('with 2 moments. This cannot be taken back.');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(app.moments).toHaveCount(2);
});

/** Some moments of a second on the example's clip, the last one selected, with review beside it. */
async function markMoments(app: App, count: number) {
  await app.startToy();
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  const review = await app.openPanel('Review');
  for (let moment = 0; moment < count; moment++) {
    for (const key of ['i', 'Shift+ArrowRight', 'o', 'Enter']) await app.press(key);
  }
  await expect(app.moments).toHaveCount(count);
  return review;
}
