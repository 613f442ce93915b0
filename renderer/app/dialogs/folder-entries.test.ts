import { expect, test } from 'vitest';
import { entriesToShow, isAbsolutePath } from './folder-entries.ts';

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

test('absolute paths of every system', () => {
  expect(['/a', 'C:\\a', 'c:/a', '\\\\server\\a', 'a/b', ''].map(isAbsolutePath)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});
