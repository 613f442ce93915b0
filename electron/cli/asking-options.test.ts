import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addAskCommand } from './ask-command.ts';
import { addEvalRunCommand } from './eval-run-command.ts';
import { Terminal } from './terminal.ts';

/** Settings of `ask` that `eval run` has not, and why. */
const without: Readonly<Record<string, string>> = {
  '--go-on': 'a run goes on with the same command',
  '--follow': 'samples stand alone',
  '--batch': 'a benchmark is many questions',
  '--every': 'samples name their videos',
  '--video-stream': 'which stream is meant belongs to one file',
  '--claim': 'moments to be checked belong to one question',
  '--question-file': 'annotations hold the questions',
  '--option': 'annotations hold the options',
  '--estimate': 'says what one question would take',
  '--trace': 'predictions hold what each role said',
  '--save-frames': 'reports have pictures',
};

function optionsOf(add: (program: Command, terminal: Terminal) => void): string[] {
  const program = new Command();
  add(program, new Terminal());
  return program.commands.flatMap(({ options }) => options.flatMap(({ long }) => long ?? []));
}

test('every setting of ask is one of eval run, but for those that mean nothing there', () => {
  const run = new Set(optionsOf(addEvalRunCommand));
  const missing = optionsOf(addAskCommand).filter((option) => !run.has(option));
  expect(missing.sort()).toEqual(Object.keys(without).sort());
});
