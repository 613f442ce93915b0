import { expect, test } from 'vitest';
import { furtherWarnings, needsTooMuch, samplingWords } from './estimate-words.ts';

const role = { frames: 150, tokensPerFrame: 64, promptTokens: 9600 };
const estimate = { memoryBytes: 4e9, availableMemoryBytes: 8e9, warnings: [] };

test('a long video: how far the frames lie apart, and that shorter events may be missed', () => {
  const roles = [
    { ...role, role: 'planner' as const, intervalSec: 60 },
    { ...role, role: 'grounder' as const, intervalSec: 24 },
  ];
  expect(samplingWords({ ...estimate, roles })).toEqual({
    sparse: true,
    words: 'One frame every 24 s: shorter events may be missed.',
  });
});

test('a short one: just how many frames', () => {
  const roles = [{ ...role, role: 'grounder' as const, intervalSec: 1 }];
  expect(samplingWords({ ...estimate, roles })).toEqual({
    sparse: false,
    words: '150 frames, one every 1.0 s',
  });
});

test('more memory than is free is said', () => {
  expect(needsTooMuch({ ...estimate, roles: [] })).toBe(false);
  expect(needsTooMuch({ ...estimate, roles: [], memoryBytes: 9e9 })).toBe(true);
});

test('nothing is said twice: warnings of the engine that are said already are left out', () => {
  const sparse = { code: 'FRAMES_SPARSE', message: 'The grounder sees one frame every 24 s.' };
  const other = { code: 'SUBTITLES_LEFT_OUT', message: 'Some subtitles are left out.' };
  const far = { ...role, role: 'grounder' as const, intervalSec: 24 };
  expect(furtherWarnings({ ...estimate, roles: [far], warnings: [sparse, other] })).toEqual([other]);
  const near = { ...far, intervalSec: 1 };
  expect(furtherWarnings({ ...estimate, roles: [near], warnings: [sparse] })).toEqual([sparse]);
});
