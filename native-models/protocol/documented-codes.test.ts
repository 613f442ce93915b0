import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { errorCodes } from './errors.ts';

it('every error code stands in the command line’s documentation, once in the table of remedies', async () => {
  const text = await readFile(new URL('../../docs/command-line.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, code = '']) => code);
  expect(errorCodes.filter((code) => rows.filter((row) => row === code).length !== 1)).toEqual([]);
});
