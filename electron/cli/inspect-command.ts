import path from 'node:path';
import type { Command } from 'commander';
import { inspectLines } from './report-view.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

const examples = `
Examples:
  videomind inspect packages/videomind-2b
  videomind inspect ~/Downloads/VideoMind-2B --json`;

/** `inspect DIR`: says what a folder holds. */
export function addInspectCommand(program: Command, terminal: Terminal): void {
  program
    .command('inspect')
    .description('Say what a folder holds: a model package, a checkpoint, adapters; and what to do with it.')
    .argument('<dir>', 'folder')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', examples)
    .action(async (folder: string, options: { readonly json?: boolean }) => {
      const json = options.json ?? false;
      await runSession(terminal, json, async ({ engine, signal }) => {
        const report = await engine.call('inspect', { path: path.resolve(folder) }, { signal });
        if (json) terminal.printJson(report);
        else terminal.print(...inspectLines(report, terminal.columns, terminal.style));
      });
    });
}
