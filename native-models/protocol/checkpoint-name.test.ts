import { expect, test } from 'vitest';
import { checkpointName } from './checkpoint-name.ts';

test.each([
  ['/hub/models--acme--Cool-VL-2B/snapshots/0a1b2c', 'Cool-VL-2B'],
  ['/hub/models--acme--Cool-VL-2B', 'Cool-VL-2B'],
  ['C:\\hub\\models--gpt2\\snapshots\\0a1b2c', 'gpt2'],
  ['/runs/grounder-7/checkpoint', 'grounder-7-checkpoint'],
  ['/runs/grounder-7/checkpoint-500/', 'grounder-7-checkpoint-500'],
  ['/runs/grounder-7/model', 'grounder-7-model'],
  ['/downloads/VideoMind-2B', 'VideoMind-2B'],
  ['checkpoint', 'checkpoint'],
])('the checkpoint in %s is called %s', (folder, name) => {
  expect(checkpointName(folder)).toBe(name);
});
