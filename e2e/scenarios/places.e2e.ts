import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from '@playwright/test';
import {
  exampleAnnotation,
  exampleProject,
  exampleRun,
  exampleVideo,
} from '../../electron/host/exporting/testing/example-project.ts';
import { expectAccessible } from '../accessibility.ts';
import type { App } from '../app.ts';
import { stretchedVideo } from '../made-videos.ts';
import { expect, test } from '../test.ts';

const box = { kind: 'box', left: 0.25, top: 0.25, right: 0.75, bottom: 0.5 } as const;

test('boxes that a model named are drawn where they are, jumped to, corrected by pointer and keys, taken back and exported', async ({
  app,
  folder,
}) => {
  const video = await stretchedVideo(folder, 'wide.mp4');
  await app.startToy(video);
  await takeProject(app, await projectWithPlaces(folder, video));
  const library = app.page.getByRole('complementary', { name: 'Library' });
  await library.getByRole('tab', { name: /^Questions/ }).click();
  await library.getByRole('button', { name: /What does the dog do/ }).click();

  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  const list = app.panel('Run').getByRole('region', { name: 'Boxes and points that the model named' });
  await expect(list.getByRole('listitem')).toHaveCount(2);
  const overlay = app.page.getByRole('group', { name: 'Boxes and points in the picture' });
  await expect(overlay).toHaveCount(0);
  await list
    .getByRole('button', { name: /^Go to/ })
    .first()
    .click();
  const cup = overlay.getByRole('button', { name: /^cup, box/ });
  await expect(cup).toHaveAccessibleName('cup, box 25 25 75 50 %');
  // The picture lies between bars, with pixels that are twice as wide as high.
  await expectWithin(await pictureRect(app), cup, box);

  // A hand that clicks shakes a little: nothing moves. Enter chooses it, and makes no moment of what is marked.
  const moments = await app.moments.count();
  await cup.hover();
  const pressed = await boxOf(cup);
  await app.page.mouse.down();
  await app.page.mouse.move(pressed.x + pressed.width / 2 + 2, pressed.y + pressed.height / 2 + 2);
  await app.page.mouse.up();
  for (const key of ['i', 'ArrowRight', 'o']) await app.press(key);
  await cup.focus();
  await app.page.keyboard.press('Enter');
  await expect(cup).toHaveAccessibleName('cup, box 25 25 75 50 %');
  await expect(list.getByRole('button', { name: 'Keep' })).toHaveCount(2);

  // Dragged by its lower right corner it is kept, and so it says.
  const picture = await pictureRect(app);
  const grip = cup.locator('[data-x=right][data-y=bottom]');
  await cup.hover();
  await grip.hover();
  await app.page.mouse.down();
  const from = await boxOf(grip);
  await app.page.mouse.move(
    from.x + from.width / 2 + picture.width * 0.1,
    from.y + from.height / 2 + picture.height * 0.25,
    {
      steps: 3,
    },
  );
  await app.page.mouse.up();
  await expect(cup).toHaveAccessibleName('cup, box 25 25 85 75 %');
  await expect(list.getByText('kept')).toBeVisible();
  await expect(app.moments.filter({ hasText: 'cup' })).toHaveCount(1);
  await expect(app.moments).toHaveCount(moments + 1);
  await cup.focus();
  for (const key of ['Shift+ArrowLeft', 'ArrowDown', 'Alt+ArrowRight']) await app.page.keyboard.press(key);
  await expect(cup).toHaveAccessibleName('cup, box 22 26 82 76 %');
  await expectAccessible(app, { within: '.player', name: 'places' });

  const exported = JSON.parse(await readFile(await exportProject(app), 'utf8')) as {
    annotations: { text: string; region?: { left: number }; originalRegion?: object; provenance: string }[];
  };
  const kept = exported.annotations.find(({ text }) => text === 'cup');
  expect(kept).toMatchObject({ originalRegion: box, provenance: 'edited' });
  expect(kept?.region?.left).toBeCloseTo(box.left - 10 / 320, 3);

  // All keys together are one step, the drag is another; then it is only said, as it was.
  await app.press('Control+z');
  await expect(cup).toHaveAccessibleName('cup, box 25 25 85 75 %');
  await app.press('Control+z');
  await expect(cup).toHaveAccessibleName('cup, box 25 25 75 50 %');
  await expect(list.getByRole('button', { name: 'Keep' })).toHaveCount(2);
  expect(app.problems).toEqual([]);
});

/** A project as it is exported, whose run named a box and a point. */
async function projectWithPlaces(folder: string, video: string): Promise<string> {
  const run = exampleRun();
  const said = { text: '', saidIn: 'answer' } as const;
  const places = [
    { region: box, name: 'cup', atSec: 1, ...said },
    { region: { kind: 'point', x: 0.5, y: 0.9 } as const, name: 'nose', atSec: 1.2, ...said },
  ];
  const project = exampleProject();
  const own = { id: 'own', name: 'Annotations', kind: 'own', hidden: false, locked: false } as const;
  const { size: bytes } = await stat(video);
  const known = { ...exampleVideo('video-1', path.basename(video)), path: video, bytes };
  const content = {
    ...project,
    project: { ...project.project, tracks: [own], videoIds: ['video-1'] },
    videos: [known],
    runs: [{ ...run, record: { ...run.record, places } }],
    annotations: [exampleAnnotation('one', { startSec: 0.2, endSec: 0.6 })],
  };
  const file = path.join(folder, 'project.json');
  await writeFile(file, JSON.stringify(content));
  return file;
}

async function takeProject(app: App, file: string): Promise<void> {
  await app.chooseFiles([file], async () => {
    await app.page.getByRole('button', { name: 'My project' }).click();
    await app.page.getByRole('menuitem', { name: 'Open project file…' }).click();
  });
  await app.page
    .getByRole('dialog', { name: 'Open project file' })
    .getByRole('button', { name: 'Open' })
    .click();
}

async function exportProject(app: App): Promise<string> {
  await app.press('Control+e');
  const dialog = app.page.getByRole('dialog', { name: 'Export' });
  await dialog.getByText('JSON', { exact: true }).click();
  const saved = await app.saveFile(
    () => dialog.getByRole('button', { name: 'Export', exact: true }).click(),
    dialog.getByRole('link', { name: 'Save the file' }),
  );
  await dialog.getByRole('button', { name: 'Close' }).click();
  return saved;
}

/** Where something stands on the page. */
async function boxOf(element: Locator) {
  const found = await element.boundingBox();
  if (found === null) throw new Error('It is not on the page.');
  return found;
}

/** The page's video element, as far as it is measured. */
interface ShownVideo {
  readonly videoWidth: number;
  readonly videoHeight: number;
  getBoundingClientRect(): Record<'left' | 'top' | 'width' | 'height', number>;
}

/** Where the picture lies within its element. */
async function pictureRect(app: App) {
  return app.page.locator('video').evaluate((element: ShownVideo) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const scale = Math.min(width / element.videoWidth, height / element.videoHeight);
    const [shownWidth, shownHeight] = [element.videoWidth * scale, element.videoHeight * scale];
    return {
      x: left + (width - shownWidth) / 2,
      y: top + (height - shownHeight) / 2,
      ...{ width: shownWidth, height: shownHeight, ratio: element.videoWidth / element.videoHeight },
    };
  });
}

async function expectWithin(
  picture: Awaited<ReturnType<typeof pictureRect>>,
  mark: Locator,
  { left, top, right, bottom }: typeof box,
): Promise<void> {
  expect(picture.ratio).toBeCloseTo(320 / 90, 2);
  const at = await boxOf(mark);
  expect(at.x).toBeCloseTo(picture.x + left * picture.width, 0);
  expect(at.y).toBeCloseTo(picture.y + top * picture.height, 0);
  expect(at.width).toBeCloseTo((right - left) * picture.width, 0);
  expect(at.height).toBeCloseTo((bottom - top) * picture.height, 0);
}
