import { expectAccessible } from '../accessibility.ts';
import type { App } from '../app.ts';
import { quietFilm } from '../made-videos.ts';
import { expect, test } from '../test.ts';

test('words are kept as they are typed, undo shows in their field and says what it took back', async ({
  app,
}) => {
  const review = await markMoments(app, 1);
  const selected = review.getByRole('region', { name: 'The selected moment', exact: true });
  await expect(selected).toContainText('Lasts 1.04 s');
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
  await dialog.getByRole('button', { name: 'Guideline and attributes of run' }).click();
  await dialog.getByRole('textbox', { name: 'When to set it' }).fill('Both feet leave the ground.');
  await dialog.getByRole('button', { name: 'Add attribute' }).click();
  await dialog.getByRole('textbox', { name: 'Name of the attribute' }).fill('Speed');
  await dialog.getByRole('textbox', { name: 'Choices, parted by commas' }).fill('slow, fast');
  await expectAccessible(app, { within: '[role=dialog]', name: 'labels' });
  await app.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await review.getByRole('button', { name: 'When to set “run”' }).click();
  await expect(review).toContainText('Both feet leave the ground.');
  await review.getByRole('combobox', { name: 'Speed' }).click();
  await app.page.getByRole('option', { name: 'fast' }).click();
  await expect(review.getByRole('combobox', { name: 'Speed' })).toContainText('fast');
  await open();
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

  const run = await app.ask('What is to be seen?');
  await run.getByRole('button', { name: 'More', exact: true }).click();
  await app.page.getByRole('menuitem', { name: 'Remove' }).click();
  await expect(dialog).toContainText('“What is to be seen?” is removed');
  await expect(dialog).toContainText('This cannot be taken back.');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(run).toContainText('What is to be seen?');
});

test('playhead, zoom, selection and open videos are there again after a change of tab, a reload and a restart', async ({
  app,
  folder,
}) => {
  const other = await quietFilm(folder, 6, 'other.mp4');
  await markMoments(app, 2);
  // Of the window that is there now: a restart opens another one.
  const selected = () => app.moments.and(app.page.locator('[aria-selected=true]'));
  await expect(selected()).toHaveCount(1);
  await app.addVideos([other]);
  // It is shown as soon as it was looked into.
  await expect(app.moments).toHaveCount(0);
  const tabs = app.page.getByRole('navigation', { name: 'Open videos' });
  const tab = (name: string) => tabs.getByRole('button', { name, exact: true });
  const isAsLeft = async (): Promise<void> => {
    await expect.poll(() => app.playerSec()).toBe(left);
    await expect(selected()).toHaveCount(1);
    expect(await shownRange(app)).toEqual(range);
  };
  await tab('clip.mp4').click();
  await expect(selected()).toHaveCount(1);
  await expect.poll(() => app.playerSec()).toBeGreaterThan(1);
  await app.press('ArrowDown');
  await app.press('z');
  await app.press('ArrowRight');
  const left = await settledSec(app);
  expect(left).toBeGreaterThan(1);
  const range = await shownRange(app);
  await tab('other.mp4').click();
  await expect(selected()).toHaveCount(0);
  await tab('clip.mp4').click();
  await isAsLeft();
  await app.page.reload();
  await expect(tabs.getByRole('button', { name: /^(?!Close)/u })).toHaveCount(3);
  await isAsLeft();
  await app.restart();
  await isAsLeft();
});

test('several moments are chosen in the list and by keys, shifted and merged, and it is said before what comes of it', async ({
  app,
}) => {
  const review = await markMoments(app, 3);
  const rows = review.getByRole('list', { name: 'Moments' }).getByRole('button');
  await rows.nth(0).click();
  await rows.nth(2).click({ modifiers: ['Shift'] });
  const several = review.getByRole('region', { name: '3 moments are selected' });
  await expect(several).toBeVisible();
  await rows.nth(1).click({ modifiers: ['Control'] });
  await expect(review.getByRole('region', { name: '2 moments are selected' })).toBeVisible();
  // The same by keys alone.
  await rows.nth(0).click();
  await app.press('Shift+ArrowDown');
  const two = review.getByRole('region', { name: '2 moments are selected' });
  await two.getByRole('spinbutton', { name: 'Shift by (seconds)' }).fill('0.5');
  await expect(two).toContainText('The first one from 0:00.00 to 0:00.50');
  await two.getByRole('button', { name: 'Shift', exact: true }).click();
  await expect(rows.nth(0)).toContainText('0:00.5');
  await expect(two.getByRole('button', { name: /^Merge into 0:00.5 – / })).toBeVisible();
  await app.press('Shift+m');
  await expect(app.moments).toHaveCount(2);
  await app.press('Control+z');
  await expect(app.moments).toHaveCount(3);
  // Whose verdict it is stands with it, and a track can do without some labels.
  await app.press('Control+,');
  const settings = app.page.getByRole('dialog', { name: 'Settings' });
  await settings.getByRole('textbox', { name: 'Your name' }).fill('Ada');
  await settings.getByRole('textbox', { name: 'Your name' }).press('Tab');
  await app.page.keyboard.press('Escape');
  await rows.nth(0).click();
  await review.getByRole('button', { name: 'Accept', exact: true }).click();
  await expect(review).toContainText('Ada: Accepted');
  await app.press('Control+l');
  const dialog = app.page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Add label' }).click();
  await app.page.keyboard.press('Escape');
  await app.press('Control+Alt+t');
  await dialog.getByRole('button', { name: /^Labels on/u }).click();
  const label = dialog.getByRole('checkbox', { name: 'Label 1' });
  await label.uncheck();
  await expectAccessible(app, { within: '[role=dialog]', name: 'tracks' });
  await app.page.keyboard.press('Escape');
  await app.press('1');
  await expect(app.page.getByText('“Label 1” is not among the labels of this track.')).toBeVisible();
  await expect(review.getByRole('list', { name: 'Moments' })).not.toContainText('Label 1');
});

test('keys reach what they are for after a name, the speed and a hint', async ({ app }) => {
  await markMoments(app, 1);
  const project = app.page.getByRole('button', { name: 'My project' });
  await project.press('Enter');
  await app.page.getByRole('menuitem', { name: 'Rename this project…' }).press('Enter');
  await app.page.getByRole('dialog').getByRole('textbox').fill('Birds');
  await app.page.keyboard.press('Enter');
  await expect(app.page.getByRole('dialog')).toBeHidden();
  await expect(app.page.getByRole('button', { name: 'Birds' })).toBeVisible();
  await expect(app.page.getByRole('menu')).toHaveCount(0);

  // A time is typed without a pointer, found by another word for it.
  await app.press('Control+k');
  await app.page.keyboard.type('jump');
  await app.page.keyboard.press('Enter');
  await app.page.getByRole('textbox', { name: 'Go to a time or frame' }).fill('0:01.0');
  await app.page.keyboard.press('Enter');
  await expect.poll(() => app.playerSec()).toBe(1);

  const speed = app.player.getByRole('combobox', { name: 'Speed' });
  await speed.focus();
  await app.page.keyboard.press('l');
  await expect(app.player.getByRole('button', { name: 'Pause', exact: true })).toBeVisible();
  await app.page.keyboard.press('k');
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeVisible();

  const add = app.page
    .getByRole('navigation', { name: 'Open videos' })
    .getByRole('button', { name: 'Add videos…' });
  const hint = app.page.getByTestId('hint');
  // A pointer that is moved there once and lies still is not always told of: a hand goes on moving a little.
  await expect(async () => {
    await app.page.mouse.move(1, 1);
    await add.hover();
    await expect(hint).toBeVisible({ timeout: 3000 });
  }).toPass();
  const box = await hint.boundingBox();
  const middle = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2];
  const hit = await app.page.evaluate<string>(`document.elementFromPoint(${middle.join()}).textContent`);
  expect(hit).not.toMatch(/^Add videos/u);

  // The pointer goes over it on the way, as on a magnified screen: it stays, until Escape, or until the pointer is elsewhere.
  await app.page.mouse.move(middle[0] ?? 0, middle[1] ?? 0, { steps: 8 });
  await app.page.mouse.move((middle[0] ?? 0) + 2, middle[1] ?? 0);
  await expect(hint).toBeVisible();
  expect(await hint.boundingBox()).toEqual(box);
  await app.page.keyboard.press('Escape');
  await expect(hint).toBeHidden();
  await add.hover();
  await expect(hint).toBeVisible();
  await app.page.mouse.move(middle[0] ?? 0, middle[1] ?? 0, { steps: 8 });
  await app.page.mouse.move((middle[0] ?? 0) + 300, (middle[1] ?? 0) + 300, { steps: 4 });
  await expect(hint).toBeHidden();
});

/** What of the video the timeline shows. */
async function shownRange(app: App): Promise<string[]> {
  return Promise.all(
    ['Shown from', 'Shown to'].map((name) => app.timeline.getByRole('textbox', { name }).inputValue()),
  );
}

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

/** Where the player says it is once nothing is under way any more. */
async function settledSec(app: App): Promise<number> {
  let sec = -1;
  const isSettled = async (): Promise<boolean> => {
    const before = sec;
    sec = await app.playerSec();
    return sec === before && (await app.mediaSec()) >= 0;
  };
  await expect.poll(isSettled).toBe(true);
  return sec;
}
