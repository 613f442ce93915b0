import type { Locator } from '@playwright/test';
import type { App } from '../app.ts';
import { longVideo, quietFilm } from '../made-videos.ts';
import { expect, test } from '../test.ts';

test('a long film is searched window by window where a person wants that: what it takes is told before, what was searched after', async ({
  app,
  folder,
}) => {
  await app.startToy(await longVideo(folder));
  const panel = await lookWindowByWindow(app);
  await expect(panel.getByText(/frames in \d+ windows/u).first()).toBeVisible();
  const run = await app.ask();
  await expect(run.getByText(/\d+ of \d+ windows searched/u)).toBeVisible();
  await expect(app.answer).not.toBeEmpty();
  await expect(run.getByText('The grounder named no moment in any window.')).toBeVisible();
  await expect(app.page.locator(".timeline-header[data-kind='searched']")).toHaveText(/Searched/u);
  expect(app.problems).toEqual([]);
});

test('a video is read ahead; how long a question takes is told once one was answered; what is kept is shown, and emptied', async ({
  app,
}) => {
  await app.startToy();
  await app.page.getByRole('button', { name: 'More about clip.mp4' }).click();
  await app.page.getByRole('menuitem', { name: 'Read ahead' }).click();
  await app.page.getByRole('button', { name: 'Jobs', exact: true }).click();
  const work = app.page.getByRole('listitem').filter({ hasText: 'Read ahead: clip.mp4' });
  await expect(work.getByText('done')).toBeVisible();
  await app.page.keyboard.press('Escape');
  await app.page.getByRole('button', { name: 'Settings', exact: true }).click();
  const settings = app.page.getByRole('dialog');
  await expect(settings.getByText(/^[1-9]\d* kB of at most 4.3 GB on disk/u)).toBeVisible();
  await settings.getByRole('combobox', { name: 'Room on the disk' }).click();
  await app.page.getByRole('option', { name: '8.0 GB' }).click();
  await expect(settings.getByText(/of at most 8.0 GB on disk/u)).toBeVisible();
  await settings.getByRole('button', { name: 'Empty' }).click();
  await expect(settings.getByText('0 B of at most 8.0 GB on disk')).toBeVisible();
  await app.page.keyboard.press('Escape');
  const panel = await app.openPanel('Ask');
  await expect(panel.getByText(/known once this model has answered/u)).toBeVisible();
  await app.ask();
  await expect(app.answer).not.toBeEmpty();
  await app.openPanel('Ask');
  await expect(panel.getByText(/^Takes about \d+ s on this machine/u)).toBeVisible();
  expect(app.problems).toEqual([]);
});

test('a search is stopped where a person has seen enough: the run answers, says what it left out, and another looks at the rest', async ({
  app,
  folder,
}) => {
  await app.startToy(await longVideo(folder));
  const panel = await lookWindowByWindow(app);
  await panel.getByRole('combobox', { name: 'How exactly' }).click();
  await app.page.getByRole('option', { name: /^Fast/u }).click();
  const run = await app.ask();
  await run.getByRole('button', { name: 'Stop looking' }).click();
  await expect(run.getByText(/The search was ended after \d+ of \d+ windows/u)).toBeVisible();
  await expect(app.answer).not.toBeEmpty();
  await run.getByRole('button', { name: 'Go on looking' }).click();
  await expect(run.getByRole('button', { name: 'Go on looking' })).toBeHidden();
  await expect(app.answer).not.toBeEmpty();
  expect(app.problems).toEqual([]);
});

test('a question of all videos has one list of moments, best first, and each leads to its video; what waits can change places', async ({
  app,
  folder,
}) => {
  await app.startToy(await longVideo(folder));
  await app.addVideos([await quietFilm(folder, 20)]);
  const panel = await lookWindowByWindow(app);
  await panel.getByText('All 2 videos of the project').click();
  const run = await app.ask();
  await app.openPanel('Ask');
  await app.question.fill('Which shape moves last?');
  await panel.getByRole('button', { name: 'Ask of 2 videos' }).click();
  const queue = panel.getByRole('region', { name: 'Waiting and running' });
  const waiting = queue.getByRole('listitem').filter({ hasText: 'Waiting' });
  await expect(waiting).toHaveCount(3);
  await waiting.nth(1).getByRole('button', { name: 'Ask sooner' }).click();
  await expect(waiting.nth(0)).toContainText('Which shape moves last?');
  await queue.getByRole('button', { name: 'Stop all' }).click();
  await expect(queue).toBeHidden();
  await app.ask('Which shape moves to the right?');
  const across = run.getByRole('region', { name: 'In all videos' });
  await expect(across.getByText('2 of 2 videos looked through')).toBeVisible();
  const other = across.getByRole('button', { name: /in film\.mp4$/u }).first();
  await other.click();
  const shown = app.page.getByRole('complementary', { name: 'Library' }).locator('[aria-current=true]');
  await expect(shown).toContainText('film.mp4');
  expect(app.problems).toEqual([]);
});

/** Chooses the search of windows for the next question. */
async function lookWindowByWindow(app: App): Promise<Locator> {
  const panel = await app.openPanel('Ask');
  await panel.getByText('Settings of this question').click();
  await panel.getByRole('combobox', { name: 'How closely to look' }).click();
  await app.page.getByRole('option', { name: /^Window by window/u }).click();
  return panel;
}
