import path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { requireWritable, writeAtomically } from '../host/files/write-atomically.ts';
import { reportRequest } from '../host/evaluation/report-request.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly to: 'qvhighlights';
  readonly out: string;
  readonly json?: boolean;
}

const help = `
Example:
  videomind eval export runs/qvhighlights-test --to qvhighlights --out hl_test_submission.jsonl`;

/** `eval export DIR --to FORM --out FILE`: predictions as a benchmark's server takes them. */
export function addEvalExportCommand(program: Command, terminal: Terminal): void {
  program
    .command('export')
    .description('Write predictions in the form that a benchmark’s server takes.')
    .argument('<dir>', 'folder of `eval run`, or of predictions')
    .addOption(
      new Option('--to <form>', 'the server’s benchmark').choices(['qvhighlights']).makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'file to write')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(async (folder: string, options: Options) => {
      const json = options.json ?? false;
      await runSession(terminal, json, async ({ engine, signal }) => {
        const outPath = path.resolve(options.out);
        await requireWritable(outPath);
        const { request } = await reportRequest(path.resolve(folder), { benchmark: options.to });
        const { predictionsPath } = request;
        const exported = await engine.call('evalExport', { predictionsPath, form: options.to }, { signal });
        await writeAtomically(outPath, exported.text);
        const { written, leftOut } = exported;
        if (leftOut > 0) terminal.warn('left-out', `${leftOut} predictions have no query id or no moments.`);
        if (json) terminal.printJson({ path: outPath, written, leftOut });
        else terminal.print(`${written} queries: ${outPath}`);
      });
    });
}
