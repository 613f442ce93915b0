import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { programPath } from '../host/paths.ts';

/* What can be known of images without building them; the release builds them and starts each. */

const folder = 'containers';
const inProgram = (name: string): string => path.join(programPath, name);

/** Instructions of a Dockerfile, continued lines joined, in their order. */
function instructions(file: string): { readonly name: string; readonly value: string }[] {
  return readFileSync(inProgram(file), 'utf8')
    .replaceAll(/^#.*\n/gmu, '')
    .replaceAll(/\\\n\s*/gu, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ name: line.split(' ', 1)[0] ?? '', value: line.slice(line.indexOf(' ') + 1) }));
}

describe.each(readdirSync(inProgram(folder)))('%s', (file) => {
  const steps = instructions(path.join(folder, file));
  const copies = steps.filter(({ name, value }) => name === 'COPY' && !value.startsWith('--from='));
  const copied = copies.flatMap(({ value }) => value.split(' ').slice(0, -1));

  test('copies what is there, and nothing that is left out of the context', () => {
    const leftOut = readFileSync(inProgram('.dockerignore'), 'utf8').split('\n');
    for (const source of copied) {
      expect(existsSync(inProgram(source))).toBe(true);
      expect(leftOut).not.toContain(source);
    }
  });

  test('holds everything that the command line loads: its folders, and what they import beside each other', () => {
    for (const part of ['native-models', 'electron', 'assets', 'package.json', 'package-lock.json']) {
      expect(copied).toContain(part);
    }
  });

  test('starts what it holds, as a user without rights, with the Node that the program needs', () => {
    const entry = JSON.parse(steps.find(({ name }) => name === 'ENTRYPOINT')?.value ?? '[]') as string[];
    const program = entry.find((word) => word.startsWith('/videomind/'))?.replace('/videomind/', '');
    const module = entry.includes('-m')
      ? path.join('training', entry.at(-1) ?? '', '__main__.py')
      : undefined;
    expect(existsSync(inProgram(program ?? module ?? 'nothing'))).toBe(true);
    const order = steps.map(({ name }) => name);
    expect(order.lastIndexOf('USER')).toBeGreaterThan(order.lastIndexOf('RUN'));
    const launcher = readFileSync(inProgram('electron/cli/launch.mjs'), 'utf8');
    const [, needed = ''] = /oldestMajor = (\d+)/u.exec(launcher) ?? [];
    expect(steps.filter(({ name }) => name === 'FROM').map(({ value }) => value)).toContainEqual(
      expect.stringMatching(new RegExp(`^node:${needed}-`, 'u')),
    );
  });

  test('is built and started by the release', () => {
    const workflow = readFileSync(inProgram('.github/workflows/release.yml'), 'utf8');
    const [purpose = ''] = file.split('.');
    expect(workflow).toMatch(new RegExp(`purpose: \\[.*\\b${purpose}\\b.*\\]`, 'u'));
  });
});
