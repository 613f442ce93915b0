import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { commandName, programPath } from '../host/paths.ts';
import { runAsk } from './ask-command.ts';
import { wholeNumber } from './option-values.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

const questionsSchema = z
  .array(z.object({ question: z.string(), options: z.array(z.string()).optional() }))
  .nonempty();

const toyNotice =
  'The model of this demo is a toy: it is tiny, has learnt a handful of clips, and only shows how things work.';

interface DemoOptions {
  readonly question: number;
  readonly json?: boolean;
}

/** `demo`: the bundled package on the bundled clip. */
export function addDemoCommand(program: Command, terminal: Terminal): void {
  program
    .command('demo')
    .description('Ask the bundled toy model about the bundled clip: nothing to download.')
    .option('--question <n>', 'which of the bundled questions to ask, from 1', wholeNumber(1), 1)
    .option('--json', 'print the run record as JSON')
    .addHelpText('after', '\nExamples:\n  videomind demo\n  videomind demo --question 2')
    .action(async (options: DemoOptions) => {
      const json = options.json ?? false;
      await runSession(terminal, json, async (session) => {
        const folder = path.join(programPath, 'assets', 'example');
        const { question, options: choices } = await readQuestion(folder, options.question);
        const video = path.join(folder, 'clip.mp4');
        const model = path.join(folder, 'package');
        terminal.note(toyNotice);
        if (!json) terminal.print(...introduction(path.relative(process.cwd(), video), question, choices));
        await runAsk(
          terminal,
          session,
          { videoPath: video, modelPath: model, question, options: choices },
          json,
        );
        const command = commandName();
        terminal.note(`With a real checkpoint: ${command} import --help, then ${command} ask --help.`);
      });
    });
}

function introduction(video: string, question: string, choices: readonly string[] | undefined): string[] {
  return [
    `Video    ${video}`,
    `Question ${question}`,
    ...(choices ?? []).map((choice) => `         - ${choice}`),
    '',
  ];
}

async function readQuestion(
  folder: string,
  number: number,
): Promise<z.infer<typeof questionsSchema>[number]> {
  const file = path.join(folder, 'questions.json');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new EngineError('FOLDER_NOT_FOUND', `The bundled example is missing: ${file} cannot be read.`, {
      remedy: 'Get the program again: assets/example belongs to it.',
      cause,
    });
  });
  const questions = questionsSchema.parse(JSON.parse(text));
  const chosen = questions[number - 1];
  if (chosen !== undefined) return chosen;
  throw new EngineError('ARGUMENT_INVALID', `The example has ${questions.length} questions, not ${number}.`, {
    remedy: `Choose one with --question 1 to ${questions.length}.`,
  });
}
