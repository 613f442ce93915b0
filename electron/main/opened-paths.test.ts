import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { OpenedPaths, pathsInArguments } from './opened-paths.ts';

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

test('switches and addresses among the arguments are no files', () => {
  const folder = path.resolve('/films');
  const args = ['--allow-file-access', '-psn_0_1', 'https://evil.example/x.mp4', 'app://x', 'clip.mp4', ''];
  expect(pathsInArguments(args, folder)).toEqual([path.join(folder, 'clip.mp4')]);
  expect(pathsInArguments(['--x', '--', '--odd name.mp4'], folder)).toEqual([
    path.join(folder, '--odd name.mp4'),
  ]);
});
