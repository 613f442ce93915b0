import path from 'node:path';
import type { Command } from 'commander';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { DemoClip } from '../host/contract/library.ts';
import { demoClips } from '../host/demo/demo-handlers.ts';
import { findDemoPackage } from '../host/models/demo-package.ts';
import { assetsPath, commandName } from '../host/paths.ts';
import { runAsk } from './run-ask.ts';
import { wholeNumber } from './option-values.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

const toyNotice =
  'The model of this demo is a toy: it is tiny, has learnt a handful of clips, and only shows how things work.';

interface DemoOptions {
  readonly clip: number;
  readonly question: number;
  readonly json?: boolean;
}

/** `demo`: the bundled package on a bundled clip. */
export function addDemoCommand(program: Command, terminal: Terminal): void {
  program
    .command('demo')
    .description('Ask the bundled demo model about a bundled clip: nothing to download.')
    .option('--clip <n>', 'which of the bundled clips to ask about, from 1', wholeNumber(1), 1)
    .option('--question <n>', 'which of the clip’s questions to ask, from 1', wholeNumber(1), 1)
    .option('--json', 'print the run record as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  videomind demo\n  videomind demo --question 2\n  videomind demo --clip 2',
    )
    .action(async (options: DemoOptions) => {
      const json = options.json ?? false;
      await runSession(terminal, json, async (session) => {
        const clips = await demoClips(assetsPath);
        const clip = chosen(clips, options.clip, 'clip', 'The demo');
        const asked = chosen(clip.questions, options.question, 'question', 'The clip');
        const modelPath = findDemoPackage(assetsPath);
        // The trained package says for itself what it knows; the toy does not.
        if (modelPath.startsWith(path.join(assetsPath, 'example'))) terminal.note(toyNotice);
        if (!json) terminal.print(...introduction(clip, asked));
        const { question, options: choices } = asked;
        await runAsk(
          terminal,
          session,
          { videoPath: clip.path, modelPath, question, options: choices },
          json,
        );
        const command = commandName();
        terminal.note(`With a real checkpoint: ${command} import --help, then ${command} ask --help.`);
      });
    });
}

type DemoQuestion = DemoClip['questions'][number];

function introduction(clip: DemoClip, { question, options }: DemoQuestion): string[] {
  return [
    `Video    ${path.relative(process.cwd(), clip.path)}`,
    `Question ${question}`,
    ...(options ?? []).map((choice) => `         - ${choice}`),
    '',
  ];
}

function chosen<Item>(items: readonly Item[], number: number, what: string, whose: string): Item {
  const item = items[number - 1];
  if (item !== undefined) return item;
  if (items.length === 0) {
    throw new EngineError('FOLDER_NOT_FOUND', 'The bundled demo is missing or cannot be read.', {
      remedy: 'Get the program again: assets belongs to it.',
    });
  }
  throw new EngineError('ARGUMENT_INVALID', `${whose} has ${items.length} ${what}s, not ${number}.`, {
    remedy: `Choose one with --${what} 1 to ${items.length}.`,
  });
}
