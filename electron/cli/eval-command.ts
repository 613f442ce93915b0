import type { Command } from 'commander';
import { addEvalCompareCommand } from './eval-compare-command.ts';
import { addEvalConvertCommand } from './eval-convert-command.ts';
import { addEvalExportCommand } from './eval-export-command.ts';
import { addEvalFetchCommand } from './eval-fetch-command.ts';
import { addEvalInspectCommand } from './eval-inspect-command.ts';
import { addEvalJudgeCommand } from './eval-judge-command.ts';
import { addEvalReportCommand } from './eval-report-command.ts';
import { addEvalRunCommand } from './eval-run-command.ts';
import { addEvalScoreCommand } from './eval-score-command.ts';
import { addEvalServeCommand } from './eval-serve-command.ts';
import { addEvalTableCommand } from './eval-table-command.ts';
import { addEvalWorkCommand } from './eval-work-command.ts';
import type { Terminal } from './terminal.ts';

const exitCodeHelp = `
Exit codes: 0 done and to be trusted, 1 failed, 2 wrong usage, 3 done but the figures are doubtful (stderr says why),
130 cancelled.`;

/** `eval …`: public benchmarks and one's own annotations, from looking at the files to the report. */
export function addEvalCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('eval')
    .description('Run benchmarks, score predictions, compare runs.')
    .addHelpText('after', exitCodeHelp);
  addEvalFetchCommand(command, terminal);
  addEvalInspectCommand(command, terminal);
  addEvalRunCommand(command, terminal);
  addEvalServeCommand(command, terminal);
  addEvalWorkCommand(command, terminal);
  addEvalJudgeCommand(command, terminal);
  addEvalReportCommand(command, terminal);
  addEvalCompareCommand(command, terminal);
  addEvalTableCommand(command, terminal);
  addEvalScoreCommand(command, terminal);
  addEvalConvertCommand(command, terminal);
  addEvalExportCommand(command, terminal);
}
