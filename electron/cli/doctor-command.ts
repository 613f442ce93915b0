import type { Command } from 'commander';
import { doctorLines } from './report-view.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

/** `doctor`: says what this machine has and what it lacks. */
export function addDoctorCommand(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .description('Show what this machine has for running models, what is missing, and how to add it.')
    .option('--empty-kept', 'first forget what is kept of videos on disk')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', '\nExample:\n  videomind doctor')
    .action(async (options: { readonly emptyKept?: boolean; readonly json?: boolean }) => {
      const json = options.json ?? false;
      await runSession(terminal, json, async ({ engine, signal }) => {
        if (options.emptyKept === true) await engine.call('keptFeaturesChange', { empty: true }, { signal });
        terminal.progress('Trying the devices …');
        const report = await engine.call('doctor', {}, { signal });
        if (json) terminal.printJson(report);
        else terminal.print(...doctorLines(report, terminal.columns, terminal.style));
      });
    });
}
