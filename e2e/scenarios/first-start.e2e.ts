import { readFile } from 'node:fs/promises';
import { expect, test } from '../test.ts';

test('from the first start to an answer, its proof, a correction and an export that are all there after a restart', async ({
  app,
}) => {
  await app.startDemo();
  const run = await app.ask();

  await test.step('steps, candidates, answer', async () => {
    await expect(run.getByText('Grounder', { exact: true })).toBeVisible();
    await expect(app.candidates.first()).toBeVisible();
    await expect(app.citation).toBeVisible();
    await expect(app.moments.filter({ hasText: 'Candidates' })).toHaveCount(await app.candidates.count());
    await expect(app.moments.filter({ hasText: 'Chosen moment' })).toHaveCount(1);
  });

  const citedSec = await test.step('a click on the citation shows the video at that frame', async () => {
    const cited = seconds((await app.citation.getAttribute('aria-label')) ?? '');
    await app.citation.click();
    // A citation is written to a tenth; the player is at the frame shown then.
    await expect.poll(async () => Math.abs((await app.playerSec()) - cited)).toBeLessThan(0.15);
    await expect.poll(async () => Math.abs((await app.mediaSec()) - cited)).toBeLessThan(0.2);
    return cited;
  });

  await test.step('the shown frame moves by one and back with the arrow keys', async () => {
    const before = await app.playerSec();
    await app.press('ArrowRight');
    await expect.poll(() => app.playerSec()).toBeGreaterThan(before);
    await app.press('ArrowLeft');
    await expect.poll(() => app.playerSec()).toBe(before);
  });

  await test.step('a candidate is kept, corrected to the frame, accepted; undo takes back one step at a time', async () => {
    await app.candidates.first().getByRole('button', { name: 'Keep as an annotation' }).click();
    const review = await app.openPanel('Review');
    const rows = review.getByRole('list', { name: 'Moments' }).getByRole('button');
    await expect(rows).toHaveCount(1);
    await rows.first().click();
    const start = review.getByRole('textbox', { name: 'Start' });
    const asFound = await start.inputValue();
    await app.press('.');
    await expect(start).not.toHaveValue(asFound);
    await expect(rows.first()).toContainText('edited');
    const corrected = await start.inputValue();
    expect(seconds(corrected) - seconds(asFound)).toBeGreaterThan(0);
    expect(seconds(corrected) - seconds(asFound)).toBeLessThan(0.2);
    await app.press('a');
    await expect(rows.first()).toContainText('Accepted');
    await app.press('.');
    await expect(start).not.toHaveValue(corrected);
    await app.press('Control+z');
    await expect(start).toHaveValue(corrected);
    await expect(rows.first()).toContainText('Accepted');
  });

  await test.step('the export holds the corrected moment', async () => {
    await app.page.getByRole('button', { name: 'My project' }).click();
    await app.page.getByRole('menuitem', { name: 'Export…' }).click();
    const dialog = app.page.getByRole('dialog', { name: 'Export' });
    await dialog.getByText('CSV', { exact: true }).click();
    const saved = await app.saveFile(
      () => dialog.getByRole('button', { name: 'Export', exact: true }).click(),
      dialog.getByRole('link', { name: 'Save the file' }),
    );
    const text = await readFile(saved, 'utf8');
    expect(text).toMatch(/accepted/);
    expect(text).toMatch(/edited/);
    await dialog.getByRole('button', { name: 'Close' }).click();
  });

  await test.step('after a restart everything is still there', async () => {
    await app.restart();
    await app.page.getByRole('tab', { name: /^Questions/ }).click();
    await app.page.getByRole('list', { name: 'History of questions' }).getByRole('button').first().click();
    await expect(app.citation).toBeVisible();
    expect(seconds((await app.citation.getAttribute('aria-label')) ?? '')).toBe(citedSec);
    const review = await app.openPanel('Review');
    const row = review.getByRole('list', { name: 'Moments' }).getByRole('button').first();
    await expect(row).toContainText('Accepted');
    await expect(row).toContainText('edited');
  });

  expect(app.problems).toEqual([]);
});

/** The first time in a text like `Go to 0:03.8 to 0:10.0`. */
function seconds(text: string): number {
  const [, minutes = '0', rest = '0'] = /(\d+):(\d+(?:\.\d+)?)/.exec(text) ?? [];
  return 60 * Number(minutes) + Number(rest);
}
