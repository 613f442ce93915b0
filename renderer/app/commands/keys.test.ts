import { expect, test } from 'vitest';
import { chordOf, isUsedByWriting, showChord } from './keys.ts';

const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

test('a chord names its modifiers in one order, letters in lower case', () => {
  expect(chordOf({ ...plain, key: 'K', ctrlKey: true, shiftKey: true }, 'linux')).toBe('Mod+Shift+k');
  expect(chordOf({ ...plain, key: 'z', metaKey: true }, 'darwin')).toBe('Mod+z');
});

test('keys of the system are left alone', () => {
  expect(chordOf({ ...plain, key: 'l', metaKey: true }, 'linux')).toBeUndefined();
  expect(chordOf({ ...plain, key: 'a', ctrlKey: true }, 'darwin')).toBeUndefined();
});

test('chords are shown in the names of the machine', () => {
  expect(showChord('Mod+k', 'linux')).toBe('Ctrl K');
  expect(showChord('Mod+Shift+z', 'darwin')).toBe('⌘ ⇧ Z');
  expect(showChord(' ', 'linux')).toBe('Space');
  expect(showChord('Shift++', 'linux')).toBe('Shift +');
});

test('what a text needs is told from what writes nothing', () => {
  const needed = ['a', 'Shift+a', ' ', '+', 'Shift++', 'Enter', 'Backspace', 'ArrowLeft', 'Shift+Home'];
  const free = ['Mod+a', 'Alt+ArrowLeft', 'Mod+Shift+z', 'F8', 'Shift+F8', 'Escape', 'Mod++'];
  expect([...needed, ...free].filter(isUsedByWriting)).toEqual(needed);
});
