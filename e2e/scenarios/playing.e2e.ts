import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PNG } from 'pngjs';
import { frameOfGrey, oldVideo, unevenFrames, unevenTimeSec, unevenVideo } from '../made-videos.ts';
import type { App } from '../app.ts';
import { expect, test } from '../test.ts';

test('each frame of a video with a variable rate is shown at its own time, forwards, back and by its number', async ({
  app,
  folder,
}) => {
  const video = await unevenVideo(folder, 'uneven.mp4');
  await app.page.getByRole('button', { name: 'Skip', exact: false }).click();
  await app.addVideos([video]);
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  for (const frame of [1, 2, 3, 4, 5, 4, 3]) {
    await app.press(frame === 5 || (await shownFrame(app)) < frame ? 'ArrowRight' : 'ArrowLeft');
    await expect.poll(() => shownFrame(app)).toBe(frame);
    await expect.poll(() => app.playerSec()).toBeCloseTo(unevenTimeSec(frame), 2);
  }
  for (const frame of [unevenFrames - 1, 9, 0, 12]) {
    await app.player.getByRole('button', { name: /^Go to a time or frame/ }).click();
    await app.player.getByRole('textbox').fill(`#${frame}`);
    await app.player.getByRole('textbox').press('Enter');
    await expect.poll(() => shownFrame(app)).toBe(frame);
    await expect.poll(() => app.playerSec()).toBeCloseTo(unevenTimeSec(frame), 2);
  }
  expect(app.problems).toEqual([]);
});

test('a video shows its first frame, whatever becomes of the pictures made of it', async ({
  app,
  folder,
}) => {
  let asked = 0;
  // Whichever address the shell's media have.
  await app.page.route(/\/thumbnail\//, () => {
    asked += 1; // and they never come
  });
  await app.page.getByRole('button', { name: 'Skip', exact: false }).click();
  await app.addVideos([await unevenVideo(folder, 'late.mp4')]);
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  await app.press('ArrowRight');
  await expect.poll(() => shownFrame(app)).toBe(1);
  await app.page.reload();
  await expect(app.player.locator('video:not([poster])')).toBeVisible();
  expect(asked).toBeGreaterThan(0);
});

test('a video that browsers cannot play is played from a copy with the same seconds', async ({
  app,
  folder,
}) => {
  await app.page.getByRole('button', { name: 'Skip', exact: false }).click();
  await app.addVideos([await oldVideo(folder)]);
  const play = app.player.getByRole('button', { name: 'Play', exact: true });
  await expect(play).toBeEnabled();
  await app.press('End');
  await expect.poll(() => app.playerSec()).toBeCloseTo(35 / 12, 2);
  await expect.poll(() => app.mediaSec()).toBeGreaterThan(35 / 12);
});

test('a file that is no video says so, and the others stay as they are', async ({ app, folder }) => {
  const broken = path.join(folder, 'holiday.mp4');
  await writeFile(broken, 'this is not a video');
  await app.startToy();
  await app.addVideos([broken]);
  await app.page.getByRole('list', { name: 'Videos' }).getByText('holiday.mp4').click();
  await expect(app.player.getByRole('alert')).toContainText('cannot be read as a video');
  await app.page.getByRole('list', { name: 'Videos' }).getByText('clip.mp4').click();
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  expect(app.problems).toEqual([]);
});

/** The frame whose grey the middle of the player shows. */
async function shownFrame(app: App): Promise<number> {
  const box = await app.player.getByLabel(/^Video /).boundingBox();
  if (!box) return -1;
  const clip = { x: box.x + box.width / 2, y: box.y + box.height / 2, width: 4, height: 4 };
  const picture = PNG.sync.read(await app.page.screenshot({ clip }));
  return frameOfGrey(picture.data[0] ?? 0);
}
