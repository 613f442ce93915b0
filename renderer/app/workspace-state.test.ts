import { expect, test } from 'vitest';
import { emptyWorkspace, withVideoClosed, withVideoOpen } from './workspace-state.ts';

const noRun = (): undefined => undefined;

test('a video gets one tab, however often it is opened', () => {
  const once = withVideoOpen(emptyWorkspace, 'a', noRun);
  const twice = withVideoOpen(withVideoOpen(once, 'b', noRun), 'a', noRun);
  expect(twice.openVideoIds).toEqual(['a', 'b']);
  expect(twice.videoId).toBe('a');
});

test('the run shown goes with its video', () => {
  const about = (runId: string): string => (runId === 'r1' ? 'a' : 'b');
  const shown = { ...withVideoOpen(emptyWorkspace, 'a', about), runId: 'r1' };
  expect(withVideoOpen(shown, 'a', about).runId).toBe('r1');
  expect(withVideoOpen(shown, 'b', about).runId).toBeNull();
});

test('closing the tab of the video that is shown shows its neighbour, the last one nothing', () => {
  const three = { ...emptyWorkspace, openVideoIds: ['a', 'b', 'c'], videoId: 'b' };
  expect(withVideoClosed(three, 'b')).toMatchObject({ videoId: 'c', openVideoIds: ['a', 'c'] });
  expect(withVideoClosed({ ...three, videoId: 'c' }, 'c').videoId).toBe('b');
  expect(withVideoClosed(three, 'a').videoId).toBe('b');
  expect(withVideoClosed({ ...three, openVideoIds: ['b'] }, 'b').videoId).toBeNull();
});
