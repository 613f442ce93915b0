import { expect, test } from 'vitest';
import { createProgram } from '../cli/command-line.ts';
import { Terminal } from '../cli/terminal.ts';
import { programPath } from '../host/paths.ts';
import { commandLineIn } from './command-arguments.ts';

test('every command is a command line', () => {
  const names = createProgram(new Terminal()).commands.map((command) => command.name());
  expect(names.filter((name) => commandLineIn([name, '--json'], '/')?.[1] !== '--json')).toEqual([]);
  expect(commandLineIn(['--version'], '/')).toEqual(['--version']);
});

test('switches before a command are not part of it', () => {
  expect(commandLineIn(['--no-sandbox', '--user-data-dir=/x', 'demo', '--json'], '/')).toEqual([
    'demo',
    '--json',
  ]);
  expect(commandLineIn(['--no-sandbox', '--help'], '/')).toEqual(['--help']);
});

test('files, switches and nothing at all are no command line', () => {
  expect(commandLineIn(['demo.mp4'], '/')).toBeUndefined();
  expect(commandLineIn(['--no-sandbox', './demo'], '/')).toBeUndefined();
  expect(commandLineIn(['--no-sandbox'], '/')).toBeUndefined();
  expect(commandLineIn([], '/')).toBeUndefined();
  expect(commandLineIn(['assets'], programPath)).toBeUndefined();
});
