import { expect, test } from 'vitest';
import { commands } from '../commands/command-table.ts';
import { matching } from './palette-entries.ts';
import { paletteWords } from './palette-words.ts';

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

/** Every command, whether it is possible now or not. */
const all = commands.map(({ id, group, title }) => ({
  ...{ id, group, title, words: paletteWords[id] ?? '' },
  run: () => undefined,
}));

test.each([
  ['theme', 'window.toggleTheme'],
  ['ask', 'questions.focus'],
  ['rename', 'project.rename'],
  ['delete', 'timeline.remove'],
  ['delete video', 'video.remove'],
  ['speed', 'player.faster'],
  ['fullscreen', 'player.fullScreen'],
  ['full screen', 'player.fullScreen'],
  ['subtitle', 'video.subtitles'],
  ['captions', 'player.subtitles'],
  ['help', 'window.keys'],
  ['shortcut', 'window.keys'],
  ['replay', 'questions.replay'],
  ['run again', 'questions.again'],
  ['note', 'review.note'],
  ['export csv', 'project.export'],
  ['go to time', 'player.goTo'],
  ['remove project', 'project.remove'],
  ['exprot', 'project.export'],
  ['setings', 'window.settings'],
  ['labbels', 'project.labels'],
])('%j finds the command', (typed, id) => {
  expect(matching(all, typed).map((each) => each.id)).toContain(id);
});

test('what else a command is called stands under a command that there is', () => {
  const ids = new Set(commands.map(({ id }) => id));
  expect(Object.keys(paletteWords).filter((id) => !ids.has(id))).toEqual([]);
});

test('a slip of the keys comes behind what has the word', () => {
  const found = matching([entry('Videos', 'tent.mp4'), entry('Videos', 'test.mp4')], 'test');
  expect(found.map(({ title }) => title)).toEqual(['test.mp4', 'tent.mp4']);
  expect(matching(entries, 'zzzz')).toEqual([]);
});
