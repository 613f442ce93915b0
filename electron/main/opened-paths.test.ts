import { expect, test, vi } from 'vitest';
import { OpenedPaths } from './opened-paths.ts';

test('files from before there was a window are told to the first that listens', () => {
  const opened = new OpenedPaths();
  opened.add(['/a.mp4']);
  opened.add([]);
  const listener = vi.fn();
  opened.setListener(listener);
  opened.add(['/b.mp4']);
  expect(listener.mock.calls).toEqual([[['/a.mp4']], [['/b.mp4']]]);
});

test('files that come while no window is open wait for the next one', () => {
  const opened = new OpenedPaths();
  const first = vi.fn();
  opened.setListener(first);
  opened.setListener(undefined);
  opened.add(['/c.mp4']);
  const second = vi.fn();
  opened.setListener(second);
  expect(first).not.toHaveBeenCalled();
  expect(second.mock.calls).toEqual([[['/c.mp4']]]);
});

test('files that a page was told of and had not opened when it ended are told to the next one', () => {
  const opened = new OpenedPaths();
  opened.setListener(vi.fn());
  opened.add(['/a.mp4']);
  opened.add(['/b.mp4']);
  opened.opened(['/a.mp4']);
  opened.setListener(undefined);
  const next = vi.fn();
  opened.setListener(next);
  expect(next.mock.calls).toEqual([[['/b.mp4']]]);
  opened.opened(['/b.mp4']);
  const last = vi.fn();
  opened.setListener(last);
  expect(last).not.toHaveBeenCalled();
});
