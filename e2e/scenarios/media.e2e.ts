import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expectAccessible } from '../accessibility.ts';
import { videoOfTwoFilms } from '../made-videos.ts';
import { giveToOtherUser } from '../shells/other-user.ts';
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
  await writeFile(
    subtitles,
    `1\n00:00:00,000 --> 00:00:19,000\nWORDS THAT ARE SEEN\n\n2\n00:00:20,000 --> 00:00:22,000\nand later ones\n`,
  );
  await app.startToy(clip);
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  await app.page.getByRole('button', { name: 'More about clip.mp4' }).click();
  await app.chooseFiles([subtitles], () =>
    app.page.getByRole('menuitem', { name: 'Add subtitles…' }).click(),
  );
  const picture = app.player.getByLabel('Video clip.mp4');
  const toggle = app.player.getByRole('button', { name: 'Show or hide subtitles' });
  await expect(toggle).toBeVisible();
  await app.page.getByRole('tab', { name: 'Lines' }).click();
  const panel = app.page.getByRole('tabpanel', { name: 'Lines' });
  const lines = panel.getByRole('list', { name: 'Lines of the subtitles' });
  await expect(lines.getByRole('button')).toHaveText([/WORDS THAT ARE SEEN/u, /and later ones/u]);
  await panel.getByRole('searchbox', { name: 'Find in the subtitles' }).fill('LATER');
  await lines.getByRole('button').click();
  await expect.poll(() => app.playerSec()).toBe(20);
  await expectAccessible(app, { within: 'aside', name: 'lines' });
  await app.press('Home');
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

test('videos called by signs that addresses and patterns have are played, shown and cut into clips', async ({
  app,
  folder,
}) => {
  const odd = path.join(folder, 'Модель 模型 😀', '100% #1?');
  await mkdir(odd, { recursive: true });
  const names = ["50% off #1 what's up? 视频😀 &x=1.mp4", '%05d.mp4'];
  for (const name of names) await copyFile(clip, path.join(odd, name));
  await app.startToy(path.join(odd, names[0] ?? ''));
  await app.addVideos([path.join(odd, names[1] ?? '')]);
  const library = app.page.getByRole('complementary', { name: 'Library' });
  await expect(app.page.getByRole('heading', { name: names[1] ?? '', level: 1 })).toBeVisible();
  for (const name of names) {
    await library.getByText(name, { exact: true }).click();
    await expect(app.player.getByLabel(`Video ${name}`)).toBeVisible();
    await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
    await expect.poll(() => app.page.evaluate(`document.querySelector('video').readyState`)).toBe(4);
    await app.player.getByRole('button', { name: 'Play', exact: true }).click();
    await expect.poll(() => app.mediaSec()).toBeGreaterThan(0.2);
    await app.player.getByRole('button', { name: 'Pause', exact: true }).click();
    await expect
      .poll(() => app.page.evaluate('[...document.images].every(({ naturalWidth }) => naturalWidth > 0)'))
      .toBe(true);
  }
  // Keys belong to the button that was pressed last, until it has the focus no more.
  await app.page.evaluate('document.activeElement.blur()');
  for (const key of ['Home', 'i', 'Shift+ArrowRight', 'o', 'Enter']) await app.press(key);
  await expect(app.moments).toHaveCount(1);

  await app.page.getByRole('button', { name: 'My project' }).click();
  await app.page.getByRole('menuitem', { name: 'Export…' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Export' });
  await dialog.getByText('Clips', { exact: true }).click();
  const write = (): Promise<void> => dialog.getByRole('button', { name: 'Export', exact: true }).click();
  let clips = path.join(folder, 'clips 100%');
  if (app.kind === 'browser') {
    await write();
    clips = (await dialog.getByRole('status').getByText(/^\//u).textContent()) ?? '';
  } else {
    await mkdir(clips);
    await giveToOtherUser(clips);
    await app.chooseFiles([clips], write);
  }
  await expect.poll(() => readdir(clips)).toEqual([expect.stringMatching(/^%05d .*\.mp4$/)]);
  expect(app.problems).toEqual([]);
});

test('what there is to know of how a video was read stands with it, and its tracks', async ({
  app,
  folder,
}) => {
  await app.startToy(await videoOfTwoFilms(folder, 'two films.mkv'));
  const library = app.page.getByRole('complementary', { name: 'Library' });
  await library.getByRole('button', { name: '1 note on two films.mkv' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'two films.mkv' });
  await expect(dialog.getByRole('region', { name: 'How it was read' })).toContainText(
    /There are 2 video streams: stream 1 .* is used/,
  );
  const tracks = dialog.getByRole('region', { name: 'Tracks of the file' }).getByRole('row');
  await expect(tracks).toContainText([/0Picture.*Use this one/, /1Picture.*used/, /2Sound.*deu.*used/]);
  await expectAccessible(app, { within: '[role=dialog]' });
  await dialog.getByRole('button', { name: 'Use picture 0 as the film' }).click();
  await expect(tracks).toContainText([/0Picture.*used/, /1Picture.*Use this one/, /2Sound.*deu.*used/]);
  await expect(dialog).toContainText('160 × 90');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  expect(app.problems).toEqual([]);
});
