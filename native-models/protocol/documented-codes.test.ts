import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { errorCodes } from './errors.ts';

const root = path.join(import.meta.dirname, '..', '..');
const document = path.join(root, 'docs', 'command-line.md');
/** A warning where it is given: its code stands next to the word. */
const given = /warn(?:ing)?s?(?:\.(?:push|unshift))?(?:\(|:[^\n]*\[)\s*(?:\{\s*code:\s*)?'([A-Z][A-Z_]+)'/g;

it('every error code stands in the command line’s documentation, once in the table of remedies', async () => {
  const text = await readFile(document, 'utf8');
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, code = '']) => code);
  expect(errorCodes.filter((code) => rows.filter((row) => row === code).length !== 1)).toEqual([]);
});

it('every code of a warning that is given somewhere stands in its list of warnings, or is that of an error', async () => {
  const text = await readFile(document, 'utf8');
  const listed = text.slice(text.indexOf('## Warnings'));
  const codes = new Set<string>();
  for await (const file of glob('{native-models,electron}/**/*.ts', { cwd: root })) {
    if (file.includes('.test.')) continue;
    const source = await readFile(path.join(root, file), 'utf8');
    for (const [, code = ''] of source.matchAll(given)) codes.add(code);
  }
  expect(codes.size).toBeGreaterThan(15);
  const isListed = (code: string): boolean =>
    listed.includes(`\`${code}\``) || listed.includes(`\`${code.replace(/^SUBTITLES_/, '')}\``);
  const isError = (code: string): boolean => (errorCodes as readonly string[]).includes(code);
  expect([...codes].filter((code) => !isError(code) && !isListed(code))).toEqual([]);
});
