import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '../test.ts';
import { programPath } from '../shells/find-shells.ts';

const clip = path.join(programPath, 'assets/example/clip.mp4');

test('a video comes in the parts that are asked for, and can be sought in', async ({ app }) => {
  await app.startToy(clip);
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  // From the program each time: Chromium's own cache answers for what it has, in words of its own.
  const answers = await app.page.evaluate<{ status: number; bytes: number; range: string | null }[]>(
    `Promise.all(['bytes=0-9', 'bytes=100-', 'bytes=-7', 'bytes=999999999-'].map(async (range) => {
      const response = await fetch(document.querySelector('video').currentSrc, { headers: { range }, cache: 'no-store' });
      const { byteLength } = await response.arrayBuffer();
      return { status: response.status, bytes: byteLength, range: response.headers.get('content-range') };
    }))`,
  );
  const size = Number(/\/(\d+)$/.exec(answers[0]?.range ?? '')?.[1]);
  expect(answers).toEqual([
    { status: 206, bytes: 10, range: `bytes 0-9/${size}` },
    { status: 206, bytes: size - 100, range: `bytes 100-${size - 1}/${size}` },
    { status: 206, bytes: 7, range: `bytes ${size - 7}-${size - 1}/${size}` },
    { status: 416, bytes: 0, range: `bytes */${size}` },
  ]);
  await app.press('End');
  await expect.poll(() => app.mediaSec()).toBeGreaterThan(1);
  await app.press('Home');
  await expect.poll(() => app.mediaSec()).toBeLessThan(0.1);
  await app.press(' ');
  await expect.poll(() => app.mediaSec()).toBeGreaterThan(0.1);
  // A part that is not there is an answer that a page may get; the console says so.
  expect(app.problems.filter((problem) => !problem.includes('416'))).toEqual([]);
});

test('subtitles are seen over the picture', async ({ app, folder }) => {
  const subtitles = path.join(folder, 'words.srt');
  await writeFile(subtitles, '1\n00:00:00,000 --> 00:00:30,000\nWORDS THAT ARE SEEN\n');
  await app.startToy(clip);
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  await app.page.getByRole('button', { name: 'More about clip.mp4' }).click();
  await app.chooseFiles([subtitles], () =>
    app.page.getByRole('menuitem', { name: 'Add subtitles…' }).click(),
  );
  const picture = app.player.getByLabel('Video clip.mp4');
  const toggle = app.player.getByRole('button', { name: 'Show or hide subtitles' });
  await expect(toggle).toBeVisible();
  // Over the first frame, which stands for the video until it was played or sought in, browsers show none.
  await app.press('ArrowRight');
  await expect.poll(() => app.mediaSec()).toBeGreaterThan(0);
  const without = await picture.screenshot();
  await toggle.click();
  const shown = `(() => {
    const track = [...document.querySelector('video').textTracks].find(({ mode }) => mode === 'showing');
    return [...(track?.activeCues ?? [])].map(({ text }) => text).join();
  })()`;
  await expect.poll(() => app.page.evaluate<string>(shown)).toBe('WORDS THAT ARE SEEN');
  await expect.poll(async () => (await picture.screenshot()).equals(without)).toBe(false);
  expect(app.problems).toEqual([]);
});
