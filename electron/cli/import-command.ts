import path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { precisionSchema } from '../../native-models/protocol/roles.ts';
import type { Precision } from '../../native-models/protocol/roles.ts';
import { commandName } from '../host/paths.ts';
import { wholeNumber } from './option-values.ts';
import { importLines, importProgressLine } from './report-view.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

interface ImportOptions {
  readonly base?: string;
  readonly adapters?: string;
  readonly out: string;
  readonly precision: Precision;
  readonly prompts?: string;
  readonly threads?: number;
  readonly name?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  videomind import --base Qwen2-VL-2B-Instruct --adapters VideoMind-2B --out packages/videomind-2b
  videomind import --base Qwen2-VL-2B-Instruct --adapters VideoMind-2B --prompts VideoMind/videomind/constants.py \\
    --precision fp32 --out packages/videomind-2b-fp32
  videomind import --base VideoKR-Qwen3-VL-4B --out packages/videokr-4b`;

/** `import --base DIR --out DIR`: makes a model package from a checkpoint. */
export function addImportCommand(program: Command, terminal: Terminal): void {
  program
    .command('import')
    .description('Make a model package from a checkpoint as it was downloaded.')
    .option(
      '--base <dir>',
      'checkpoint: Qwen2-VL, Qwen2.5-VL or Qwen3-VL, Hugging Face layout; default: the one that --adapters names',
    )
    .requiredOption('--out <dir>', 'where the package goes')
    .option(
      '--adapters <dir>',
      'VideoMind checkpoint (adapters, grounding head, tokenizer), or the LoRA of a model that reasons aloud',
    )
    .addOption(
      new Option(
        '--precision <name>',
        'int8 is fast on processors, int8-blocks on GPUs, fp32 is exact, int4 smallest',
      )
        .choices(precisionSchema.options)
        .default('int8'),
    )
    .option(
      '--prompts <file>',
      'prompts.json, the constants.py of VideoMind’s authors, or instructions of a model that reasons aloud',
    )
    .option('--threads <n>', 'worker threads; default: physical cores', wholeNumber(1))
    .option('--name <text>', 'name of the package; default: that of the checkpoint')
    .option('--force', 'replace a finished package')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', examples)
    .action(async (options: ImportOptions, command: Command) => {
      if (options.base === undefined && options.adapters === undefined) {
        command.error('error: name a checkpoint with --base, or a VideoMind folder with --adapters');
      }
      const json = options.json ?? false;
      await runSession(terminal, json, async ({ engine, signal }) => {
        const params = {
          basePath: options.base === undefined ? undefined : path.resolve(options.base),
          adaptersPath: options.adapters === undefined ? undefined : path.resolve(options.adapters),
          outPath: path.resolve(options.out),
          precision: options.precision,
          promptsPath: options.prompts === undefined ? undefined : path.resolve(options.prompts),
          threads: options.threads,
          name: options.name,
          force: options.force,
        };
        const report = await engine.call('import', params, {
          signal,
          onProgress: (progress) => terminal.progress(importProgressLine(progress)),
        });
        for (const warning of report.warnings) terminal.warn(warning.code, warning.message);
        if (json) terminal.printJson(report);
        else terminal.print(...importLines(report, commandName(), terminal.columns, terminal.style));
      });
    });
}
