import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ThumbnailLoader } from './thumbnail-loader.ts';
import { thumbnailSlots } from './thumbnail-slots.ts';
import { fittedTo, panned, wholeVideo } from './view-window.ts';
import type { ViewWindow } from './view-window.ts';

let fetched: string[];
let arrive: (() => void)[];
let images: { src: string }[];

beforeEach(() => {
  fetched = [];
  arrive = [];
  images = [];
  class FakeImage {
    src = '';
    constructor() {
      images.push(this);
    }
    decode(): Promise<void> {
      fetched.push(this.src);
      return new Promise((resolve) => arrive.push(resolve));
    }
  }
  vi.stubGlobal('Image', FakeImage);
});
afterEach(() => vi.unstubAllGlobals());

const url = (timeSec: number, runSec: readonly number[]): string => `${timeSec}?${runSec.join()}`;
const slotsOf = (view: ViewWindow) => thumbnailSlots(view, 100);

async function allArrive(loader: ThumbnailLoader): Promise<void> {
  while (!loader.complete) {
    for (const come of arrive.splice(0)) come();
    await Promise.resolve();
  }
}

test('the first that is asked for says which others follow, that they are made together', () => {
  const loader = new ThumbnailLoader(url, () => undefined);
  const slots = slotsOf(wholeVideo(7200, 25, 1000));
  loader.want(slots);
  const [first = ''] = fetched;
  expect(first.split('?')[1]?.split(',').map(Number)).toEqual(slots.map(({ timeSec }) => timeSec));
  expect(fetched.length).toBeLessThan(slots.length);
});

test('however far one zooms there is something right at once, and what was there at another zoom is there', async () => {
  const loader = new ThumbnailLoader(url, () => undefined);
  const whole = wholeVideo(7200, 25, 1000);
  loader.want(slotsOf(whole));
  await allArrive(loader);
  const near = slotsOf(fittedTo(whole, { startSec: 3600, endSec: 3602 }));
  loader.want(near);
  const shown = near.map((slot) => loader.picture(slot)?.src.split('?')[0]);
  expect(shown.every((timeSec) => timeSec !== undefined && Number(timeSec) <= 3602)).toBe(true);
  await allArrive(loader);

  const before = fetched.length;
  const farther = slotsOf(fittedTo(whole, { startSec: 3599, endSec: 3603 }));
  loader.want(farther);
  const known = new Set(near.map(({ timeSec }) => timeSec));
  const again = fetched.slice(before).map((each) => Number(each.split('?')[0]));
  expect(farther.some(({ timeSec }) => known.has(timeSec))).toBe(true);
  expect(again.filter((timeSec) => known.has(timeSec))).toEqual([]);
});

test('what has left the view on its way is ended, not waited for, and fetched again when it is back', async () => {
  const loader = new ThumbnailLoader(url, () => undefined);
  const whole = wholeVideo(7200, 25, 1000);
  const here = slotsOf(fittedTo(whole, { startSec: 100, endSec: 102 }));
  loader.want(here);
  const first = [...images];
  expect(first.every(({ src }) => src !== '')).toBe(true);
  loader.want(slotsOf(fittedTo(whole, { startSec: 3600, endSec: 3602 })));
  expect(first.every(({ src }) => src === '')).toBe(true);
  expect(images.length).toBeGreaterThan(first.length);
  await allArrive(loader);
  loader.want(here);
  await allArrive(loader);
  expect(loader.picture(here[0]!)?.src).toMatch(new RegExp(`^${here[0]!.timeSec}\\?`));
});

test('after a zoom all that is missing is asked for together, also what was on its way: a stretch is decoded once', () => {
  const loader = new ThumbnailLoader(url, () => undefined);
  const view = fittedTo(wholeVideo(7200, 25, 1000), { startSec: 3600, endSec: 3608 });
  const far = slotsOf(view);
  loader.want(far);
  const onTheirWay = [...images];
  const near = slotsOf(fittedTo(view, { startSec: far[0]!.timeSec, endSec: far[0]!.timeSec + 3 }));
  const shared = new Set(near.map(({ timeSec }) => timeSec));
  expect(far.slice(0, onTheirWay.length).some(({ timeSec }) => shared.has(timeSec))).toBe(true);
  const before = fetched.length;
  loader.want(near);
  expect(onTheirWay.map(({ src }) => src)).toEqual(onTheirWay.map(() => ''));
  const [first = ''] = fetched.slice(before);
  expect(first.split('?')[1]?.split(',').map(Number)).toEqual(near.map(({ timeSec }) => timeSec));
});

test('what is on its way is waited for as the view moves on', () => {
  const loader = new ThumbnailLoader(url, () => undefined);
  const view = fittedTo(wholeVideo(7200, 25, 1000), { startSec: 3600, endSec: 3608 });
  const here = slotsOf(view);
  loader.want(here);
  const onTheirWay = [...images];
  loader.want(slotsOf(panned(view, here[1]!.timeSec - here[0]!.timeSec)));
  expect(onTheirWay.filter(({ src }) => src === '')).toHaveLength(1);
});
