import path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { readBenchmarkName } from '../host/evaluation/tasks/read-task-file.ts';
import { addSourceOptions } from './eval-source-options.ts';
import type { SourceOptions } from './eval-source-options.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

const forms = ['grounding', 'verifying', 'planning', 'answering', 'answering-crop'] as const;

interface Options extends SourceOptions {
  readonly out: string;
  readonly form?: (typeof forms)[number];
  readonly keepAll?: boolean;
  readonly withoutVideos?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const help = `
Examples:
  videomind eval convert qvhighlights --data data --split train --out training-data
  videomind eval convert mixed_planning --data data --split train --out training-data`;

/** `eval convert NAME`: a data set in the processed forms that training reads. */
export function addEvalConvertCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('convert')
    .description('Write a data set in the forms that training reads.');
  addSourceOptions(command)
    .requiredOption('--out <dir>', 'folder for the file')
    .addOption(new Option('--form <name>', 'default: what the data set is for').choices(forms))
    .option('--keep-all', 'also what published training runs leave out: short and long videos, long texts')
    .option('--without-videos', 'also samples whose video is not there')
    .option('--force', 'replace a file that is there')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(async (name: string, options: Options) => {
      const json = options.json ?? false;
      await runSession(terminal, json, async ({ engine, signal }) => {
        const result = await engine.call(
          'evalConvert',
          {
            benchmark: await readBenchmarkName(name),
            dataDir: path.resolve(options.data),
            outPath: path.resolve(options.out),
            split: options.split,
            limit: options.limit,
            asPublished: options.asPublished ?? false,
            form: options.form,
            filter: options.keepAll === true ? 'none' : undefined,
            withoutVideos: options.withoutVideos,
            force: options.force,
          },
          {
            signal,
            onProgress: ({ read, written }) => terminal.progress(`${read} read, ${written} written`),
          },
        );
        for (const { kind, count } of result.skipped) terminal.warn(kind, `${count} items were left out.`);
        if (json) terminal.printJson(result);
        else terminal.print(`${result.written} items for ${result.form}: ${result.path}`);
      });
    });
}
