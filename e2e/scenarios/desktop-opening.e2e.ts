import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { endPage, expect, inPage, test, textOfPage } from '../desktop.ts';
import { hasOtherUser } from '../shells/other-user.ts';

test('a file named at the first start is seen at once, and nothing else is opened', async ({
  clip,
  desktop,
}) => {
  const { app } = await desktop.open(clip);
  const videos = app.page.getByRole('list', { name: 'Videos' });
  await expect(videos.getByText('clip.mp4')).toBeVisible();
  await expect(videos.getByRole('listitem')).toHaveCount(1);
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
});

test('a second start hands its files to the first and ends; the main script is none of them', async ({
  clip,
  desktop,
  folder,
}) => {
  await copyFile(clip, path.join(folder, 'second.mp4'));
  const { app, program } = await desktop.open(clip);
  const videos = app.page.getByRole('list', { name: 'Videos' });
  await expect(videos.getByText('clip.mp4')).toBeVisible();
  // Relative to where it was started, and behind a switch that has a value of its own.
  const second = await desktop.run(['--data', path.join(folder, 'data'), 'second.mp4']);
  expect(second.code).toBe(0);
  await expect(videos.getByText('second.mp4')).toBeVisible();
  await expect(videos.getByRole('listitem')).toHaveCount(2);
  expect(await program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('--data opens another library, and is no video', async ({ clip, desktop, folder }) => {
  const library = path.join(folder, 'another library');
  const { app } = await desktop.open('--data', library, clip);
  const videos = app.page.getByRole('list', { name: 'Videos' });
  await expect(videos.getByText('clip.mp4')).toBeVisible();
  await expect(videos.getByRole('listitem')).toHaveCount(1);
  expect(existsSync(path.join(library, 'library.db'))).toBe(true);
  expect(existsSync(path.join(folder, 'data', 'library.db'))).toBe(false);
});

test('a library that is open elsewhere is said in a box, with what to do, and the start ends', async ({
  desktop,
  folder,
}) => {
  test.skip(hasOtherUser, 'nothing can be loaded into a packed program, so its box would wait for a person');
  await desktop.open();
  // The box waits for a person: it writes to the terminal instead.
  const hook = path.join(import.meta.dirname, '../shells/error-box-to-stdout.cjs');
  const profile = path.join(folder, 'other');
  const { code, stdout } = await desktop.run(['--data', path.join(folder, 'data')], {
    folder: profile,
    before: ['-r', hook],
  });
  expect(code).toBe(1);
  expect(stdout).toContain('VideoMind cannot start');
  expect(stdout).toMatch(/open|use/);
  expect(stdout).not.toMatch(/videomind serve|--help/);
});

test('a file dropped on the window is opened from where it lies', async ({ clip, desktop }) => {
  const { app } = await desktop.open();
  await expect(app.page.getByRole('button', { name: 'Start the demo' })).toBeVisible();
  // The file comes from the system, as one that is dragged does: the page alone could not make one with a path.
  await app.page.evaluate(
    "document.body.append(Object.assign(document.createElement('input'), { type: 'file' }))",
  );
  const input = app.page.locator('body > input[type=file]');
  await input.setInputFiles(clip);
  await app.page.evaluate(`(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(document.querySelector('body > input[type=file]').files[0]);
    for (const type of ['dragenter', 'dragover', 'drop'])
      document.querySelector('main').dispatchEvent(
        new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
  })()`);
  await expect(app.page.getByRole('list', { name: 'Videos' }).getByText('clip.mp4')).toBeVisible();
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
});

test('a page that is killed while it loads comes back, with the file that was to be opened', async ({
  clip,
  desktop,
}) => {
  // On its way to the page a first time: what is asked for is held until the page is gone.
  const { program } = await desktop.open(clip);
  await program.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) throw new Error('There is no window');
    const { webContents } = window;
    webContents.once('did-start-navigation', () => process.kill(webContents.getOSProcessId(), 'SIGKILL'));
    webContents.reload();
  });
  await expect.poll(() => textOfPage(program)).toContain('clip.mp4');
  // And one that was there.
  await endPage(program);
  await expect.poll(() => textOfPage(program)).toContain('clip.mp4');
  expect(await inPage<string>(program, 'location.href')).toBe('app://videomind/index.html');
});
