import { expect, it } from 'vitest';
import { safeFileName } from './file-names.ts';

it.each([
  ['Shapes', 'Shapes'],
  ['a/b: "c"\n', 'a_b_ _c__'],
  ['../../etc/passwd', '_.._etc_passwd'],
  ['..', 'untitled'],
  [' ', 'untitled'],
  ['NUL.mp4', '_NUL.mp4'],
  ['ends with dots...', 'ends with dots'],
])('%j as the name of a file is %j', (text, name) => {
  expect(safeFileName(text)).toBe(name);
});
