import type { App } from '../app.ts';
import { expect, test } from '../test.ts';

/** What has the focus: its name, its size, and whether it can be seen there, or something lies over it. */
const focused = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return undefined;
  // The list of moments is heard; the timeline, which is seen, shows that it has the focus.
  const stage = document.querySelector('.timeline-stage');
  const heard = element.matches('.only-heard') && getComputedStyle(stage).outlineStyle !== 'none';
  const label = heard ? stage : (element.closest('label') ?? element);
  const box = label.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    name: (element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? label.textContent).trim().slice(0, 40),
    border: element.getAttribute('role') === 'separator',
    width: Math.round(box.width),
    height: Math.round(box.height),
    seen: top !== null && (label.contains(top) || top.contains(label)),
  };
})()`;

/** Of each border between panes, the sides of the square in which it can be grasped: its corners are all its own. */
const gripSizes = `[...document.querySelectorAll('[role=separator]')].map((border) => {
  const { left, top, width, height } = getComputedStyle(border, '::before');
  const box = border.getBoundingClientRect();
  const x = box.x + parseFloat(left), y = box.y + parseFloat(top);
  const corners = [[1, 1], [parseFloat(width) - 1, 1], [1, parseFloat(height) - 1], [parseFloat(width) - 1, parseFloat(height) - 1]];
  const isOwn = corners.every(([dx, dy]) => document.elementFromPoint(x + dx, y + dy) === border);
  return isOwn ? [parseFloat(width), parseFloat(height)] : [0, 0];
})`;

/** Seconds of a time as fields write it. */
function secondsOf(text: string): number {
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

interface Focused {
  readonly name: string;
  /** Between two panes: dragged by a narrow line, moved by arrow keys too. */
  readonly border: boolean;
  readonly width: number;
  readonly height: number;
  readonly seen: boolean;
}

/** Goes on with Tab until what is called so has the focus; gives all that had it on the way. */
async function tabTo(app: App, name: RegExp, most = 60): Promise<Focused[]> {
  const stops: Focused[] = [];
  for (let step = 0; step < most; step++) {
    await app.page.keyboard.press('Tab');
    const stop = await app.page.evaluate<Focused | undefined>(focused);
    if (stop === undefined) continue;
    stops.push(stop);
    if (name.test(stop.name)) return stops;
  }
  throw new Error(`Tab does not come to ${name.source}: ${stops.map((stop) => stop.name).join(' | ')}`);
}

test('a whole review is done without a mouse, and what has the focus is seen', async ({ app }) => {
  test.slow();
  const keyboard = app.page.keyboard;
  await tabTo(app, /^Start the demo/);
  await keyboard.press('Enter');
  await expect(app.question).not.toBeEmpty();

  await test.step('a moment is marked, kept, nudged and accepted by keys', async () => {
    await expect.poll(() => app.page.evaluate(`document.querySelector('video')?.readyState ?? 0`)).toBe(4);
    await expect(app.panel('Ask').getByRole('region', { name: 'Before you ask' })).toBeVisible();
    await app.press('Home');
    await app.press('i');
    for (let frame = 0; frame < 10; frame++) await app.press('ArrowRight');
    await expect.poll(() => app.playerSec()).toBeGreaterThan(0.9);
    await app.press('o');
    await app.press('Enter');
    await expect(app.moments).toHaveCount(1);
    await app.press('.');
    await app.press('Shift+>');
    await app.press('a');
    await expect(app.moments.first()).toContainText(/accepted/iu);
  });

  await test.step('its edges are fields, too', async () => {
    await app.press('Control+3');
    const start = app.panel('Review').getByRole('textbox', { name: 'Start' });
    await expect(start).toBeVisible();
    const stops = await tabTo(app, /^Start$/, 150);
    expect(stops.length).toBeGreaterThan(10);
    await expect(start).toBeFocused();
    await start.press('Control+a');
    await keyboard.type('0:00.500');
    await keyboard.press('Enter');
    await expect(start).toHaveValue(/0:00\.5/u);
    expect(stops.filter(({ seen }) => !seen)).toEqual([]);
    const targets = stops.filter(({ border }) => !border);
    expect(targets.filter(({ width, height }) => width < 24 || height < 24)).toEqual([]);
  });

  await test.step('whatever dragging does has keys and fields: the moment as a whole, what is in view, the panes', async () => {
    const field = (name: string) => app.page.getByRole('textbox', { name, exact: true });
    const spanOf = async (): Promise<number[]> => [
      secondsOf(await field('Start').inputValue()),
      secondsOf(await field('End').inputValue()),
    ];
    const [startSec = 0, endSec = 0] = await spanOf();
    await app.press('v');
    await expect.poll(async () => (await spanOf())[0]).toBeGreaterThan(startSec);
    const [movedSec = 0, movedEndSec = 0] = await spanOf();
    expect(movedEndSec - movedSec).toBeCloseTo(endSec - startSec, 2);
    await app.press('c');
    await expect.poll(spanOf).toEqual([startSec, endSec]);

    await field('Shown to').fill('4');
    await keyboard.press('Enter');
    await field('Shown from').fill('2');
    await keyboard.press('Enter');
    await expect(field('Shown from')).toHaveValue('0:02.00');
    await expect(field('Shown to')).toHaveValue('0:04.00');
    await app.press('Shift+V');
    await expect(field('Shown from')).toHaveValue('0:02.50');
    await app.press('Shift+C');
    await expect(field('Shown from')).toHaveValue('0:02.00');
    await app.press('0');
    await expect(field('Shown from')).toHaveValue('0:00');

    for (const border of await app.page.getByRole('separator').all()) {
      await border.focus();
      await keyboard.press('Home');
      const least = (await border.getAttribute('aria-valuemin')) ?? '';
      await expect(border).toHaveAttribute('aria-valuenow', least);
      await keyboard.press('End');
      const sizeNow = async () => Number(await border.getAttribute('aria-valuenow'));
      await expect.poll(sizeNow).toBeGreaterThan(Number(least));
      await keyboard.press('Home');
    }
    const grips = await app.page.evaluate<number[][]>(gripSizes);
    expect(grips.length).toBeGreaterThan(2);
    expect(grips.filter((sides) => Math.min(...sides) < 24)).toEqual([]);
  });

  await test.step('and it is all taken back', async () => {
    for (let step = 0; step < 8; step++) await app.press('Control+z');
    await expect(app.moments).toHaveCount(0);
  });
  expect(app.problems).toEqual([]);
});

test('a command gets another key by keys alone: a key that is held is not caught, and the focus comes back', async ({
  app,
}) => {
  await app.startToy();
  const keyboard = app.page.keyboard;
  await app.press('?');
  const dialog = app.page.getByRole('dialog', { name: 'Keyboard' });
  const split = dialog.getByRole('button', { name: /^Split.*Give it another key$/u });
  const catcher = dialog.getByRole('button', { name: 'Press the key…' });
  const conflict = dialog.getByRole('alert');
  await split.focus();
  await keyboard.down('Enter');
  await expect(catcher).toBeFocused();
  // Held on: the machine repeats it.
  await keyboard.down('Enter');
  await keyboard.up('Enter');
  await expect(catcher).toBeFocused();
  await keyboard.press('a');
  await expect(conflict.getByRole('button', { name: 'Take it from there' })).toBeFocused();
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await expect(conflict).toHaveCount(0);
  await expect(split).toBeFocused();
  await keyboard.press('Enter');
  await keyboard.press('a');
  await keyboard.press('Enter');
  await expect(conflict).toHaveCount(0);
  await expect(split).toBeFocused();
  await expect(split).toHaveAccessibleName(/: A\. Give/u);
  expect(app.problems).toEqual([]);
});
