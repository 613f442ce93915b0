import { expect, test } from 'vitest';
import { entriesToShow, filesBetween, isPlace } from './folder-entries.ts';

const entries = [
  { name: 'films', path: '/films', kind: 'folder' as const },
  { name: 'a.MP4', path: '/a.MP4', kind: 'file' as const },
  { name: 'a.srt', path: '/a.srt', kind: 'file' as const },
  { name: 'notes.txt', path: '/notes.txt', kind: 'file' as const },
  { name: 'truth.jsonl', path: '/truth.jsonl', kind: 'file' as const },
  { name: 'whole.videomind', path: '/whole.videomind', kind: 'file' as const },
  { name: 'constants.py', path: '/constants.py', kind: 'file' as const },
];

test.each([
  ['video', ['films', 'a.MP4']],
  ['subtitles', ['films', 'a.srt']],
  ['annotations', ['films', 'notes.txt', 'truth.jsonl']],
  ['project', ['films', 'whole.videomind']],
  ['prompts', ['films', 'constants.py']],
  ['folder', ['films']],
] as const)('looking for %s shows %j', (kind, names) => {
  expect(entriesToShow(entries, kind).map(({ name }) => name)).toEqual(names);
});

test('a part of the name narrows what is shown', () => {
  expect(entriesToShow(entries, 'video', ' mp4').map(({ name }) => name)).toEqual(['a.MP4']);
});

test('a range of files goes either way and leaves folders out', () => {
  const files = ['/a.MP4', '/a.srt', '/notes.txt'];
  expect(filesBetween(entries, '/a.MP4', '/notes.txt')).toEqual(files);
  expect(filesBetween(entries, '/notes.txt', '/a.MP4')).toEqual(files);
  expect(filesBetween(entries, '/films', '/a.MP4')).toEqual(['/a.MP4']);
});

test('places of every system', () => {
  const places = ['/a', 'C:\\a', 'c:/a', '\\\\server\\a', '~/a', '~', 'a/b', '~a', ''];
  expect(places.filter(isPlace)).toEqual(places.slice(0, 6));
});
