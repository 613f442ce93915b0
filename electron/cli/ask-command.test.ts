import { Command, CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { addAskCommand } from './ask-command.ts';
import { Terminal } from './terminal.ts';

/** What wrong usage of `ask` is told. */
async function told(...words: readonly string[]): Promise<string> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addAskCommand(program, new Terminal());
  const refused = await program.parseAsync(['ask', ...words, '--model', 'package'], { from: 'user' }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refused instanceof CommanderError)) throw new TypeError('It was not refused.');
  return refused.message;
}

test('two videos and a file with the question are several videos, and not a question that is said twice', async () => {
  const asked = ['--question-file', 'question.txt', '--start', '3'];
  expect(await told('a.mp4', 'b.mp4', ...asked)).toBe('error: of several videos at once there is no --start');
  expect(await told('a.mp4', 'What falls?', ...asked)).toMatch(/give a question, either as an argument or/u);
});
