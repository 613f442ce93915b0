import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { App } from '../app.ts';
import { quietFilm } from '../made-videos.ts';
import { expect, test } from '../test.ts';

const labels = ['run', 'walk', 'talk'];
const marked = 30;
const everySec = 10;
/** Of those that are corrected: what is wrong with every third and every fifth. */
const proposals = Array.from({ length: marked }, (_, index) => {
  const startSec = index * everySec + 2;
  return { startSec, endSec: startSec + 4, isLate: index % 6 === 2, isWrong: index % 10 === 4 };
});

/** The keyboard, with how many keys were pressed on it; keys held together are one. */
class CountingKeyboard {
  readonly #app: App;
  pressed = 0;

  constructor(app: App) {
    this.#app = app;
  }

  async press(keys: string): Promise<void> {
    this.pressed++;
    await this.#app.page.keyboard.press(keys);
  }
}

test('a day of annotating: thirty moments marked and thirty corrected by keyboard, agreed on, exported, and there again', async ({
  app,
  folder,
}) => {
  test.setTimeout(400_000);
  const film = await quietFilm(folder, marked * everySec);
  await app.startToy(film);
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  const review = await app.openPanel('Review');
  await test.step('labels are named', async () => {
    await app.press('Control+l');
    const dialog = app.page.getByRole('dialog');
    for (const [index, name] of labels.entries()) {
      await dialog.getByRole('button', { name: 'Add label' }).click();
      await expect(dialog.getByRole('textbox', { name: 'Name of the label' }).nth(index)).toBeFocused();
      await app.page.keyboard.type(name);
    }
    await app.page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  });

  await test.step('thirty moments are marked while the film plays', async () => {
    const keys = new CountingKeyboard(app);
    await app.press('Home');
    for (const key of ['l', 'l', 'l', 'l']) await keys.press(key);
    for (const [index, { startSec, endSec }] of proposals.entries()) {
      const key = String((index % labels.length) + 1);
      for (const atSec of [startSec, endSec]) {
        await app.page.evaluate(filmReaches(atSec));
        await keys.press(key);
      }
    }
    await keys.press('k');
    await expect(review).toContainText(`0 of ${marked} reviewed`);
    await expect(app.moments.first()).toContainText('run');
    expect(keys.pressed / marked).toBeLessThanOrEqual(4);
    test
      .info()
      .annotations.push({ type: 'keys a moment, marking', description: String(keys.pressed / marked) });
  });

  await test.step('what a colleague proposed is imported, made one’s own, and corrected', async () => {
    const file = path.join(folder, 'proposed.csv');
    const lines = proposals.map(
      ({ startSec, endSec, isLate }, index) =>
        `${isLate ? startSec + 2 : startSec},${endSec},${labels[index % labels.length]}`,
    );
    await writeFile(file, ['start,end,label', ...lines, ''].join('\n'));
    await app.chooseFiles([file], () => app.press('Control+i'));
    const dialog = app.page.getByRole('dialog', { name: 'Import annotations' });
    await dialog.getByRole('button', { name: `Import ${marked} moments` }).click();
    await expect(dialog).toBeHidden();
    await hideOwnTrack(app);

    const keys = new CountingKeyboard(app);
    await keys.press('ArrowDown');
    await keys.press('w');
    await expect(review).toContainText(`0 of ${marked} reviewed`);
    for (const [index, { startSec, isLate, isWrong }] of proposals.entries()) {
      if (isLate) {
        for (const key of ['Shift+ArrowLeft', 'Shift+ArrowLeft', 'b']) await keys.press(key);
        await expect(review.getByRole('textbox', { name: 'Start' })).toHaveValue(new RegExp(clock(startSec)));
      }
      await keys.press(isWrong ? 'r' : 'a');
      await expect(review).toContainText(`${index + 1} of ${marked} reviewed`);
    }
    await expect(app.page.getByText('Every moment that can be changed is decided on.')).toBeVisible();
    expect(keys.pressed / marked).toBeLessThanOrEqual(2);
    test
      .info()
      .annotations.push({ type: 'keys a proposal, correcting', description: String(keys.pressed / marked) });
  });

  await test.step('both are compared, and what differs is walked through by key', async () => {
    await app.press('Control+Shift+f');
    await app.page.getByRole('tab', { name: 'Agreement' }).click();
    const table = app.page.getByRole('table', { name: /^Annotations – / });
    await expect(table.getByRole('row', { name: /^All videos 30 \/ 27/ })).toBeVisible();
    await expect(app.page.getByRole('region', { name: 'Disagreements' })).toContainText(/\d disagreements?/u);
    await app.press('F8');
    await expect(app.page.getByText(/^Disagreement 1 of \d/u)).toBeVisible();
    await expect(app.timeline).toBeVisible();
  });

  await test.step('all of it is written into a table', async () => {
    await app.press('Control+e');
    const dialog = app.page.getByRole('dialog', { name: 'Export' });
    await dialog.getByText('CSV', { exact: true }).click();
    const saved = await app.saveFile(
      () => dialog.getByRole('button', { name: 'Export', exact: true }).click(),
      dialog.getByRole('link', { name: 'Save the file' }),
    );
    const lines = (await readFile(saved, 'utf8')).trim().split(/\r\n/u).slice(1);
    expect(lines).toHaveLength(2 * marked);
    expect(lines.filter((line) => line.includes('"accepted"'))).toHaveLength(27);
    expect(lines.filter((line) => line.includes('"edited"'))).toHaveLength(5);
    await dialog.getByRole('button', { name: 'Close' }).click();
  });

  await test.step('after a restart it is all there, and none is to be decided', async () => {
    await app.restart();
    // Of the window that was opened since.
    const reviewAgain = await app.openPanel('Review');
    await expect(reviewAgain).toContainText(`${marked} of ${marked} reviewed`);
    await app.press('Control+Shift+f');
    await app.page.getByRole('tab', { name: 'Moments', exact: true }).click();
    await expect(app.page.getByRole('grid', { name: 'Moments of the project' })).toHaveAttribute(
      'aria-rowcount',
      String(2 * marked + 1),
    );
  });
  expect(app.problems).toEqual([]);
});

/** A promise that is kept when the player has shown a time of the film. */
function filmReaches(timeSec: number): string {
  return `new Promise((resolve) => {
    const shown = document.querySelector('[data-testid=player-time]');
    const seconds = () => shown.textContent.split(':').reduce((sum, part) => 60 * sum + Number(part), 0);
    const look = () => seconds() >= ${timeSec} ? resolve() : requestAnimationFrame(look);
    look();
  })`;
}

function clock(timeSec: number): string {
  return `^${Math.floor(timeSec / 60)}:${String(timeSec % 60).padStart(2, '0')}\\.000`;
}

/** What one marked oneself is not to be corrected again. */
async function hideOwnTrack(app: App): Promise<void> {
  await app.press('Control+Alt+t');
  const dialog = app.page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Hide' }).first().click();
  await app.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
}
