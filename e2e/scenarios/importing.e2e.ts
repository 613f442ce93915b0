import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expectAccessible } from '../accessibility.ts';
import type { App } from '../app.ts';
import { expect, test } from '../test.ts';

async function importFile(app: App, file: string): Promise<void> {
  await app.chooseFiles([file], async () => {
    await app.page.getByRole('button', { name: 'My project' }).click();
    await app.page.getByRole('menuitem', { name: /^Import annotations/ }).click();
  });
}

test('a file of annotations is shown before anything of it is taken over', async ({ app, folder }) => {
  const file = path.join(folder, 'labels.csv');
  const rows = ['start;end;text;label', '00:00:01:05;00:00:03:00;Mann läuft;Mann', '4,5;99;Hund bellt;Hund'];
  await writeFile(
    file,
    Buffer.from([...rows, '90;95;danach;Hund', 'x;5;unlesbar;', ''].join('\n'), 'latin1'),
  );
  await app.startDemo();
  await importFile(app, file);

  const dialog = app.page.getByRole('dialog', { name: 'Import annotations' });
  const cells = dialog.getByRole('region', { name: 'Moments of the file' }).getByRole('row');
  await expect(cells).toContainText(['Start', /0:01\.500.*0:03.*Mann läuft/u, /0:04\.5.*Hund bellt/u]);
  await expect(dialog.getByRole('region', { name: 'Assumed' })).toContainText(
    /windows-1252[\s\S]*cut to its end/u,
  );
  const skipped = dialog.getByRole('region', { name: 'Left out' });
  await expect(skipped).toContainText(/1 × it starts after the end of the video line 4/u);
  await expect(skipped).toContainText(/the start is no time: “x”/u);
  await expectAccessible(app, { within: '[role=dialog]' });

  await test.step('with what is chosen, it is read anew', async () => {
    await dialog.getByRole('combobox', { name: 'Encoding' }).click();
    await app.page.getByRole('option', { name: 'WINDOWS-1251' }).click();
    await expect(cells.nth(1)).toContainText('Mann lдuft');
    await dialog.getByRole('combobox', { name: 'Encoding' }).click();
    await app.page.getByRole('option', { name: /found/ }).click();
    await dialog.getByRole('spinbutton', { name: 'Frames a second' }).fill('25');
    await expect(cells.nth(1)).toContainText('0:01.200');
    await dialog.getByRole('checkbox', { name: 'Hund (1)' }).uncheck();
    await expect(cells).toHaveCount(2);
  });

  await test.step('nothing is there before it is taken, and then what was shown is', async () => {
    await expect(app.moments).toHaveCount(0);
    await dialog.getByRole('button', { name: 'Import 1 moment' }).click();
    await expect(dialog).toBeHidden();
    await expect(app.moments).toHaveCount(1);
    await expect(app.moments.first()).toContainText('Mann läuft');
  });
});

test('a file that cannot be read says why, and closing it changes nothing', async ({ app, folder }) => {
  const file = path.join(folder, 'words.txt');
  await writeFile(file, 'chapter one\nchapter two\n');
  await app.startDemo();
  await importFile(app, file);
  const dialog = app.page.getByRole('dialog', { name: 'Import annotations' });
  await expect(dialog).toContainText('No annotations can be read from words.txt');
  await expect(dialog.getByRole('button', { name: /^Import/ })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(app.moments).toHaveCount(0);
  expect(app.problems).toEqual([]);
});

test('subtitles whose encoding is guessed are shown first, and are then read as was chosen', async ({
  app,
  folder,
}) => {
  const file = path.join(folder, 'words.srt');
  const cue = '1\n00:00:00,000 --> 00:00:20,000\n';
  // In GBK 新, in Big5 陔; too little to tell by.
  await writeFile(
    file,
    Buffer.concat([
      Buffer.from(cue),
      Buffer.from([0xd0, 0xc2]),
      Buffer.from('\n\n2\n00:00:09,000 --> 00:00:08,000\nx\n'),
    ]),
  );
  await app.startDemo();
  await app.page.getByRole('button', { name: /^More about/ }).click();
  await app.chooseFiles([file], () => app.page.getByRole('menuitem', { name: 'Add subtitles…' }).click());
  const dialog = app.page.getByRole('dialog', { name: 'Add subtitles' });
  await expect(dialog.getByRole('region', { name: 'Assumed' })).toContainText('does not say its encoding');
  await expect(dialog.getByRole('region', { name: 'Left out' })).toContainText(
    'Line 6: It ends before it starts',
  );
  await dialog.getByRole('combobox', { name: 'Encoding' }).click();
  await app.page.getByRole('option', { name: 'BIG5' }).click();
  await expect(dialog.getByRole('region', { name: 'Subtitles of the file' })).toContainText('陔');
  await expectAccessible(app, { within: '[role=dialog]' });
  await dialog.getByRole('button', { name: 'Add subtitles' }).click();
  await app.player.getByRole('button', { name: 'Show or hide subtitles' }).click();
  await expect
    .poll(() =>
      app.page.evaluate<string>(`document.querySelector('video').textTracks[0]?.cues?.[0]?.text ?? ''`),
    )
    .toBe('陔');
});
