import { expectAccessible } from '../accessibility.ts';
import { expect, test } from '../test.ts';

/** A window of 1280 × 720 at 200 % and at 400 %, in CSS pixels. */
const zooms = [
  { name: '200 %', width: 640, height: 360 },
  { name: '400 %', width: 320, height: 180 },
];

test('at 200 % and 400 % nothing is lost, and nothing needs scrolling sideways', async ({ app }) => {
  test.slow();
  await app.startToy();
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  for (const key of ['i', 'Shift+ArrowRight', 'o', 'Enter']) await app.press(key);
  await expect(app.moments).toHaveCount(1);
  const review = await app.openPanel('Review');
  const library = app.page.getByRole('complementary', { name: 'Library' });
  for (const { name, width, height } of zooms) {
    await app.page.setViewportSize({ width, height });
    await test.step(name, async () => {
      const parts = [
        app.page.locator('video'),
        app.player.getByRole('button', { name: 'Play', exact: true }),
        app.timeline.getByTestId('timeline-stage'),
        library.getByRole('button', { name: 'clip.mp4', exact: false }).first(),
        review.getByRole('list', { name: 'Moments' }).getByRole('button').first(),
        app.timeline.getByRole('button', { name: 'Fit the whole video' }),
        app.page.getByRole('button', { name: 'Settings', exact: true }),
        app.page.getByRole('button', { name: 'My project' }),
      ];
      for (const part of parts) {
        await part.scrollIntoViewIfNeeded();
        const box = await part.boundingBox();
        expect(box?.width).toBeGreaterThan(20);
        expect(box?.height).toBeGreaterThanOrEqual(20);
        expect(box?.x).toBeGreaterThanOrEqual(0);
        expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
      }
      const picture = await app.page.locator('video').boundingBox();
      expect(picture?.height).toBeGreaterThanOrEqual(100);
      expect(await app.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await expectAccessible(app, { name });
    });
    await test.step(`${name}: dialogs fit`, async () => {
      await app.press('Control+l');
      const dialog = app.page.getByRole('dialog');
      await expect(dialog).toBeVisible();
      const box = await dialog.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
      await dialog.getByRole('button', { name: 'Add label' }).click();
      await app.page.keyboard.press('Escape');
      await expect(dialog).toBeHidden();
    });
  }
});

test('in a person’s own colours states are seen, and the timeline is painted in them', async ({ app }) => {
  await app.startToy();
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  for (const key of ['i', 'Shift+ArrowRight', 'o', 'Enter']) await app.press(key);
  const review = await app.openPanel('Review');
  await app.page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  await app.press('a');
  const library = app.page.getByRole('complementary', { name: 'Library' });
  const states = [
    app.page.getByRole('tab', { name: 'Review' }),
    review.getByRole('button', { name: 'Accept', exact: true }),
    library.getByRole('button', { name: 'clip.mp4', exact: false }).first(),
    review.getByRole('list', { name: 'Moments' }).getByRole('button').first(),
  ];
  for (const state of states) await expect(state).toHaveCSS('outline-style', 'solid');
  const colors = `(() => {
    const canvas = document.querySelector('.timeline-layer');
    const probe = document.createElement('canvas').getContext('2d');
    probe.fillStyle = 'Canvas';
    probe.fillRect(0, 0, 1, 1);
    const rgb = (context, x, y) => [...context.getImageData(x, y, 1, 1).data].join();
    return { painted: rgb(canvas.getContext('2d'), 1, 1), system: rgb(probe, 0, 0) };
  })()`;
  await expect
    .poll(async () => {
      const { painted, system } = await app.page.evaluate<{ painted: string; system: string }>(colors);
      return painted === system;
    })
    .toBe(true);
});
