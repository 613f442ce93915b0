import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expectAccessible } from '../accessibility.ts';
import type { App } from '../app.ts';
import { filmWithChapters } from '../made-videos.ts';
import { expect, test } from '../test.ts';

/** How many pixels of the waveform's colour are in the left and in the right half of the timeline. */
const loudness = `(() => {
  const canvas = document.querySelector('.timeline-layer');
  const color = getComputedStyle(canvas).getPropertyValue('--track-waveform').trim();
  const probe = document.createElement('canvas').getContext('2d');
  probe.fillStyle = color;
  probe.fillRect(0, 0, 1, 1);
  const wanted = [...probe.getImageData(0, 0, 1, 1).data];
  const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const halves = [0, 0];
  for (let at = 0; at < width * height; at += 1) {
    if (wanted.every((part, index) => data[4 * at + index] === part)) halves[at % width < width / 2 ? 0 : 1] += 1;
  }
  return halves;
})()`;

const loudnessOf = (app: App): Promise<number[]> => app.page.evaluate<number[]>(loudness);

test('what a video sounds like, its chapters and what is said are seen, gone to and made moments', async ({
  app,
  folder,
}) => {
  const film = await filmWithChapters(folder, 'film.mkv', ['<b>Opening</b>', 'The second part']);
  await writeFile(
    path.join(folder, 'film.en.srt'),
    `1\n00:00:05,000 --> 00:00:07,000\nThe first words\n\n2\n00:00:45,000 --> 00:00:47,000\nThe last words\n`,
  );
  await app.startToy(film);
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  const sound = app.timeline.getByRole('button', { name: 'Show the sound as a waveform' });

  await test.step('the sound is drawn, louder where it is louder, and can be left away', async () => {
    await expect(sound).toHaveAttribute('aria-pressed', 'true');
    await expect(app.timeline.locator('canvas[data-sound]')).toHaveAttribute('data-sound', 'complete');
    await expect
      .poll(async () => {
        const [quiet = 0, loud = 0] = await loudnessOf(app);
        return quiet > 0 && loud > 2 * quiet;
      })
      .toBe(true);
    await app.press('Shift+W');
    await expect(sound).toHaveAttribute('aria-pressed', 'false');
    await expect.poll(() => loudnessOf(app)).toEqual([0, 0]);
    await sound.click();
    await expect.poll(async () => (await loudnessOf(app))[1]).toBeGreaterThan(0);
  });

  await test.step('chapters have keys and a list, and become moments', async () => {
    await app.press('Home');
    await app.press('Shift+PageDown');
    await expect.poll(() => app.playerSec()).toBe(20);
    await app.press('Shift+PageUp');
    await expect.poll(() => app.playerSec()).toBe(0);
    await app.page.getByRole('tab', { name: 'Chapters' }).click();
    const panel = app.page.getByRole('tabpanel', { name: 'Chapters' });
    const rows = panel.getByRole('list', { name: 'Chapters of the video' }).getByRole('button');
    await expect(rows).toHaveText([/<b>Opening<\/b>/u, /The second part/u, /Chapter 3/u]);
    await panel.getByRole('searchbox', { name: 'Find in the chapters' }).fill('SECOND');
    await rows.click();
    await expect.poll(() => app.playerSec()).toBe(20);
    await panel.getByRole('searchbox', { name: 'Find in the chapters' }).fill('');
    await panel.getByRole('button', { name: 'Make moments of these chapters' }).click();
    await expect(app.moments.filter({ hasText: /, open$/u })).toHaveCount(3);
    await expectAccessible(app, { name: 'waveform and chapters' });
  });

  await test.step('the subtitles beside the film came with it, and a line becomes a moment', async () => {
    await app.page.getByRole('tab', { name: 'Lines' }).click();
    const panel = app.page.getByRole('tabpanel', { name: 'Lines' });
    await panel.getByRole('searchbox', { name: 'Find in the subtitles' }).fill('last');
    await panel.getByRole('button', { name: 'Make moments of these lines' }).click();
    await expect(app.moments.filter({ hasText: 'The last words' })).toHaveCount(1);
    await app.press('Control+z');
    await expect(app.moments.filter({ hasText: 'The last words' })).toHaveCount(0);
  });

  await test.step('magnified to 400 % all tabs are still there', async () => {
    await app.page.setViewportSize({ width: 320, height: 180 });
    const tabs = app.page.getByRole('tablist', { name: 'Questions and review' }).getByRole('tab');
    await expect(tabs).toHaveCount(6);
    const boxes = await Promise.all((await tabs.all()).map((tab) => tab.boundingBox()));
    expect(boxes.filter((box) => box === null || box.x < 0 || box.x + box.width > 320)).toEqual([]);
  });
  expect(app.problems).toEqual([]);
});
