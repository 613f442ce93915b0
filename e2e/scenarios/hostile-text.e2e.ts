import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { programPath } from '../shells/find-shells.ts';
import { expect, test } from '../test.ts';

const script = `<img src=x onerror="document.title='taken over'"><script>document.title='taken over'</script>`;
const fileName = `<img src=x onerror=alert(1)> & 'clip'.mp4`;

/** Puts the script where a model speaks: into replies, plans and answers on their way to the window. */
function speakScript(message: string): string {
  return JSON.stringify(JSON.parse(message), (key, value: unknown) => {
    const spoken = key === 'response' || key === 'query' || (key === 'text' && typeof value === 'string');
    return spoken && typeof value === 'string' ? `${script} ${value}` : value;
  });
}

test.describe('script in a model’s reply', () => {
  test.use({
    prepare: async ({ shellKind }, use) =>
      use(async (page: Page) => {
        if (shellKind !== 'browser') return;
        await page.routeWebSocket(/.*/, (socket) => {
          const server = socket.connectToServer();
          socket.onMessage((message) => server.send(message));
          server.onMessage((message) => socket.send(speakScript(String(message))));
        });
      }),
  });

  test('is shown as text', async ({ app, shellKind }) => {
    test.skip(shellKind !== 'browser', 'replies come over a message port there, which a test cannot change');
    await app.startToy();
    const run = await app.ask();
    await expect(app.answer).toContainText('<img src=x');
    await expect(run.getByText(/Looks for/)).toContainText('<img src=x');
    await expect(app.moments.filter({ hasText: '<img src=x' }).first()).toBeAttached();
    await expect(app.page).toHaveTitle(/VideoMind/);
    await expect(app.page.locator('img[src="x"]')).toHaveCount(0);
    expect(app.problems).toEqual([]);
  });
});

test('script in a file name, a question and subtitles is shown as text', async ({ app, folder }) => {
  const video = path.join(folder, fileName);
  const subtitles = path.join(folder, `${script.replaceAll('/', '')}.srt`);
  await copyFile(path.join(programPath, 'assets/example/clip.mp4'), video);
  await writeFile(subtitles, `1\n00:00:00,000 --> 00:00:20,000\n${script}\n`);
  await app.startDemo();
  await app.addVideos([video]);
  const row = app.page.getByRole('list', { name: 'Videos' }).getByText(fileName);
  await row.click();
  await expect(app.player.getByLabel(`Video ${fileName}`)).toBeVisible();

  await app.page.getByRole('button', { name: `More about ${fileName}` }).click();
  await app.chooseFiles([subtitles], () =>
    app.page.getByRole('menuitem', { name: 'Add subtitles…' }).click(),
  );
  await app.player.getByRole('button', { name: 'Show or hide subtitles' }).click();
  await expect
    .poll(() => app.page.evaluate<number>(`document.querySelector('video').textTracks[0]?.cues?.length ?? 0`))
    .toBe(1);

  const run = await app.ask(script);
  await expect(run.getByRole('heading', { name: script })).toBeVisible();
  await expect(app.answer).toBeVisible();
  await expect(app.page).toHaveTitle(/VideoMind/);
  await expect(app.page.locator('img[src="x"]')).toHaveCount(0);
  expect(app.problems).toEqual([]);
});
