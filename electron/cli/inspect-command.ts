import path from 'node:path';
import type { Command } from 'commander';
import type { FolderKind } from '../../native-models/protocol/inspect-report.ts';
import { exitCodes } from './exit-codes.ts';
import { inspectLines } from './report-view.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

/** What can neither be asked nor imported. */
const unusable: ReadonlySet<FolderKind> = new Set(['adapter', 'other-checkpoint', 'empty', 'unknown']);

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
        // What is damaged, or what no import would take, is for scripts to see too.
        for (const { code, message } of report.problems) terminal.warn(code, message);
        if (unusable.has(report.kind)) terminal.warn('NOT_A_PACKAGE', report.summary);
        if (report.problems.length > 0 || unusable.has(report.kind)) process.exitCode = exitCodes.failed;
      });
    });
}
