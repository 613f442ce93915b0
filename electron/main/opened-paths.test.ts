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
