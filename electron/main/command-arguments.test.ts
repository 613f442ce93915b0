import { expect, test } from 'vitest';
import { createProgram } from '../cli/command-line.ts';
import { Terminal } from '../cli/terminal.ts';
import { programPath } from '../host/paths.ts';
import { isCommandLine } from './command-arguments.ts';

test('every command is a command line', () => {
  const names = createProgram(new Terminal()).commands.map((command) => command.name());
  expect(names.filter((name) => !isCommandLine([name, '--json'], '/'))).toEqual([]);
  expect(isCommandLine(['--version'], '/')).toBe(true);
});

test('files, switches and nothing at all are not', () => {
  expect(isCommandLine(['demo.mp4'], '/')).toBe(false);
  expect(isCommandLine(['./demo'], '/')).toBe(false);
  expect(isCommandLine(['--no-sandbox', 'demo'], '/')).toBe(false);
  expect(isCommandLine([], '/')).toBe(false);
  expect(isCommandLine(['assets'], programPath)).toBe(false);
});
