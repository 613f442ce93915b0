import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expectAccessible } from '../accessibility.ts';
import { programPath } from '../shells/find-shells.ts';
import { expect, test } from '../test.ts';

const pack = path.join(programPath, 'native-models', 'fixtures', 'pack-tools');
const run = promisify(execFile);

test('a model looks again while it reasons, and is asked further: calls, pictures, timeline, thread, all there after a restart', async ({
  app,
  folder,
}) => {
  // The tiny model knows its video by this name.
  const video = path.join(folder, 'film.mp4');
  await copyFile(path.join(pack, 'videos', 'a.mp4'), video);
  const packagePath = path.join(folder, 'reasoner');
  const importing = ['import', '--base', path.join(pack, 'checkpoint'), '--out', packagePath];
  await run(process.execPath, [
    path.join(programPath, 'electron', 'cli', 'launch.mjs'),
    ...importing,
    '--precision',
    'fp32',
  ]);

  await app.chooseFiles([packagePath], () =>
    app.page.getByRole('button', { name: 'Choose a folder…' }).click(),
  );
  await app.addVideos([video]);
  const ask = await app.openPanel('Ask');
  await app.question.fill('What comes after the circle?');
  await ask.getByRole('button', { name: 'Settings of this question' }).click();
  await ask.locator('input[type=file]').setInputFiles(path.join(pack, 'tools.json'));
  await expect(ask.getByRole('button', { name: 'reference-visible' })).toBeVisible();
  const shown = await app.ask();

  const thread = shown.getByRole('list', { name: 'Reasoning with tools' });
  await expect(thread.getByText('Looked again')).toHaveCount(2);
  await expect(thread.getByText('Here is 6.5s-9s in 2 frames.')).toBeVisible();
  await expect(app.answer).toContainText('a square');
  await expect(app.moments.filter({ hasText: 'Looked at with tools' })).toHaveCount(2);
  const picture = thread.locator('img').first();
  await picture.scrollIntoViewIfNeeded();
  await expect(picture).not.toHaveJSProperty('naturalWidth', 0);

  await shown.getByRole('button', { name: 'Ask further' }).click();
  await expect(app.panel('Ask').getByText('Goes on from “What comes after the circle?”')).toBeVisible();
  await app.ask('Is there a plus?');
  const before = shown.getByRole('list', { name: 'Goes on from' });
  await expect(before.getByText('What comes after the circle?')).toBeVisible();
  await expect(before.getByText('a square')).toBeVisible();
  await shown.getByRole('button', { name: 'Ask further' }).click();
  await app.ask('And then?');
  await expect(before.getByRole('listitem')).toHaveCount(2);

  // Another branch, from the first question.
  await before.getByRole('button', { name: 'What comes after the circle?' }).click();
  const after = shown.getByRole('list', { name: 'Asked further' });
  await expect(after.getByRole('listitem')).toHaveCount(1);
  await shown.getByRole('button', { name: 'Ask further' }).click();
  await app.ask('Tell the whole film.');
  await before.getByRole('button', { name: 'What comes after the circle?' }).click();
  await expect(after.getByRole('listitem')).toHaveCount(2);
  await expectAccessible(app, { within: 'aside', name: 'conversation with tools' });

  await app.restart();
  const library = app.page.getByRole('complementary', { name: 'Library' });
  await library.getByRole('tab', { name: /^Questions/ }).click();
  await library.getByRole('button', { name: /What comes after the circle\?/ }).click();
  const again = app.panel('Run');
  await expect(again.getByRole('list', { name: 'Asked further' }).getByRole('listitem')).toHaveCount(2);
  await expect(again.getByText('Looked again')).toHaveCount(2);
  expect(app.problems).toEqual([]);
});
