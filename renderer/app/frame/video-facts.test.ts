import { expect, test } from 'vitest';
import { sampleVideo } from '../testing/samples.ts';
import { isHeldUp, videoFacts } from './video-facts.ts';

const copied = { ...sampleVideo, playback: 'proxy-needed' } as const;

test('a row says what keeps a video from being played, and how far its copy is', () => {
  const words = (state: 'queued' | 'running' | 'failed', done: number): string =>
    videoFacts(copied, { state, done, total: 80 });
  expect(words('queued', 0)).toBe('A copy for playing waits');
  expect(words('running', 0)).toBe('Making a copy…');
  expect(words('running', 32.4)).toBe('Making a copy… 40 %');
  expect(words('failed', 32)).toBe('Needs a copy for playing');
  expect(videoFacts({ ...sampleVideo, playback: 'impossible' }, undefined)).toBe('Cannot be played here');
});

test('what nobody works on is marked', () => {
  expect(isHeldUp({ ...sampleVideo, playback: 'impossible' }, undefined)).toBe(true);
  expect(isHeldUp({ ...sampleVideo, state: 'unreadable' }, undefined)).toBe(true);
  expect(isHeldUp(copied, { state: 'failed' })).toBe(true);
  expect(isHeldUp(copied, { state: 'running' })).toBe(false);
  expect(isHeldUp(sampleVideo, undefined)).toBe(false);
});
