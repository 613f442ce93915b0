import { expect, test } from 'vitest';
import { matching } from './palette-entries.ts';

const entry = (group: string, title: string) => ({ id: title, group, title, run: () => undefined });
const entries = [
  entry('Window', 'Open settings'),
  entry('Project', 'Export'),
  entry('Videos', 'open-air.mp4'),
  entry('Questions', 'When does the door open?'),
];

test('all words have to occur, in title or group; titles that begin so come first', () => {
  expect(matching(entries, 'open').map(({ title }) => title)).toEqual([
    'Open settings',
    'open-air.mp4',
    'When does the door open?',
  ]);
  expect(matching(entries, 'WINDOW set').map(({ title }) => title)).toEqual(['Open settings']);
  expect(matching(entries, 'nothing')).toEqual([]);
});

test('nothing typed shows everything', () => {
  expect(matching(entries, ' ')).toEqual(entries);
});
