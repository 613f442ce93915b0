import path from 'node:path';
import type { Command } from 'commander';
import type { EvalReport } from '../../native-models/protocol/eval-report.ts';
import { reportFileNames } from '../../native-models/protocol/eval-report.ts';
import { toEngineError } from '../../native-models/protocol/errors.ts';
import { writeAtomically } from '../host/files/write-atomically.ts';
import { reportRequest } from '../host/evaluation/report-request.ts';
import { reportLines } from './eval-report-view.ts';
import { isTaskFile, readBenchmarkName } from '../host/evaluation/tasks/read-task-file.ts';
import { measureByCommands } from './eval-metric-commands.ts';
import { exitCodes } from './exit-codes.ts';
import { wholeNumber } from './option-values.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly benchmark?: string;
  readonly data?: string;
  readonly runCommands?: boolean;
  readonly seed: number;
  readonly json?: boolean;
}

const help = `
Writes report.html (one page that needs nothing else), report.json and report.csv into the folder.

Examples:
  videomind eval report runs/charades
  videomind eval report runs/shapes --benchmark shapes.yaml --run-commands
  videomind eval report downloads/others-outputs --benchmark charades_sta --data data`;

/** `eval report DIR`: the figures of a run beside the published ones, in the terminal and as files. */
export function addEvalReportCommand(program: Command, terminal: Terminal): void {
  const command = program.command('report');
  command
    .description('Show what a run came to, beside the published figures; write report.html, .json and .csv.')
    .argument('<dir>', 'folder of `eval run`, or a folder of predictions with --benchmark')
    .option(
      '--benchmark <key>',
      'for predictions that were not made here; a task file scores a run as it says now',
    )
    .option('--run-commands', 'run the commands that the task file of --benchmark names as measures')
    .option('--data <dir>', 'where the videos lie now, for pictures of the worst cases')
    .option('--seed <n>', 'of the resampling', wholeNumber(0), 0)
    .option('--json', 'print the report as JSON, without pictures')
    .addHelpText('after', help)
    .action(async (folder: string, options: Options) => {
      const json = options.json ?? false;
      if (options.runCommands === true && !isTaskFile(options.benchmark ?? '')) {
        command.error('error: --run-commands goes with --benchmark TASK.yaml, whose commands it runs');
      }
      await runSession(terminal, json, async ({ engine, signal }) => {
        const name = options.benchmark;
        const benchmark = name === undefined ? undefined : await readBenchmarkName(name);
        const hints = {
          benchmark,
          dataDir: options.data === undefined ? undefined : path.resolve(options.data),
        };
        if (options.runCommands === true) {
          await measureByCommands(terminal, { engine, signal }, path.resolve(folder), name ?? '', hints);
        }
        const request = await reportRequest(path.resolve(folder), hints);
        terminal.progress('Scoring and resampling …');
        const result = await engine.call('evalReport', { ...request, seed: options.seed }, { signal });
        const report = withoutPictures(result.report);
        const placeOf = (name: string): string => path.resolve(folder, name);
        const files = [
          [placeOf(reportFileNames.html), result.html],
          [placeOf(reportFileNames.csv), result.csv],
          [placeOf(reportFileNames.json), `${JSON.stringify(report, undefined, 2)}\n`],
        ] as const;
        try {
          for (const [file, text] of files) await writeAtomically(file, text);
        } catch (error) {
          terminal.fail(toEngineError(error), json, { report });
          process.exitCode = exitCodes.failed;
          return;
        }
        if (json) terminal.printJson(report);
        else terminal.print(...reportLines(report, terminal.style), `Page: ${placeOf(reportFileNames.html)}`);
        if (!report.trustworthy) process.exitCode = exitCodes.doubtful;
      });
    });
}

/** The page has the pictures; as text they would only be in the way. */
function withoutPictures(report: EvalReport): EvalReport {
  return { ...report, worstCases: report.worstCases.map((one) => ({ ...one, frames: [] })) };
}
