import path from 'node:path';
import type { Command } from 'commander';
import { counted } from '../../native-models/protocol/counted.ts';
import type { ReportDoubt } from '../../native-models/protocol/eval-report.ts';
import { runDoubts } from '../../native-models/protocol/run-doubts.ts';
import { keptMetricValues, reportRequest } from '../host/evaluation/report-request.ts';
import { readRunDescriptions } from '../host/evaluation/run-folder.ts';
import { readBenchmarkName } from '../host/evaluation/tasks/read-task-file.ts';
import { exitCodes } from './exit-codes.ts';
import { number } from './option-values.ts';
import { scoreLines } from './score-view.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

interface ScoreOptions {
  readonly benchmark: string;
  readonly annotations?: string;
  readonly verdicts?: string;
  readonly confThreshold?: number;
  readonly asPublished?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  videomind eval score outputs/charades --benchmark charades_sta
  videomind eval score outputs/cgbench --benchmark cgbench --conf-threshold 0.5
  videomind eval score submission.jsonl --benchmark qvhighlights --annotations highlight_val_release.jsonl

PREDICTIONS is a folder of output.json or output_0.json, output_1.json … as VideoMind's evaluation writes them,
or of a run.`;

/** `eval score PREDICTIONS --benchmark KEY`: the tables of the reference's scorers, for anybody's predictions. */
export function addEvalScoreCommand(program: Command, terminal: Terminal): void {
  program
    .command('score')
    .description('Score predictions in the published dump format.')
    .argument('<predictions>', 'folder of predictions; for qvhighlights a JSONL file')
    .requiredOption(
      '--benchmark <key>',
      'such as charades_sta, nextgqa, cgbench, qvhighlights; a task file; or generic',
    )
    .option('--annotations <file>', 'annotation file; needed for qvhighlights')
    .option('--verdicts <file>', 'videokr_eval and the like: what `eval judge` wrote of open answers')
    .option('--conf-threshold <t>', 'cgbench: moments above this confidence join the first one', number)
    .option('--as-published', 'only what the published scorer prints, its defects included')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', examples)
    .action(async (predictions: string, options: ScoreOptions) => {
      const json = options.json ?? false;
      await runSession(terminal, json, async ({ engine, signal }) => {
        const scored = await engine.call(
          'evalScore',
          {
            predictionsPath: path.resolve(predictions),
            benchmark: await readBenchmarkName(options.benchmark),
            annotationsPath:
              options.annotations === undefined ? undefined : path.resolve(options.annotations),
            verdictsPath: options.verdicts === undefined ? undefined : path.resolve(options.verdicts),
            ...keptMetricValues(predictions),
            confidenceThreshold: options.confThreshold,
            asPublished: options.asPublished ?? false,
          },
          {
            signal,
            onProgress: ({ file, samples }) =>
              terminal.progress(`Scoring ${file}: ${counted(samples, 'sample')}`),
          },
        );
        // Of a run's folder it is known what its predictions do not rest on.
        const spoiled = await runDoubtsOf(predictions);
        const result = { ...scored, trustworthy: scored.trustworthy && spoiled.length === 0 };
        for (const { code, message } of spoiled) terminal.warn(code, message);
        for (const { kind, count, examples } of result.issues) {
          const [first] = examples;
          const place = first === undefined ? '' : ` First: ${placeOf(first)}: ${first.reason}`;
          terminal.warn(kind, `${count} ×.${place}`);
        }
        if (json) terminal.printJson(result);
        else terminal.print(...scoreLines(result, terminal.style));
        if (!result.trustworthy) process.exitCode = exitCodes.doubtful;
      });
    });
}

/** What keeps a run's figures from being quoted; nothing of predictions that were not made by `eval run`. */
async function runDoubtsOf(predictions: string): Promise<readonly ReportDoubt[]> {
  const isRun = await readRunDescriptions(predictions).then(
    () => true,
    () => false,
  );
  if (!isRun) return [];
  const { facts } = await reportRequest(predictions, {});
  // Samples that failed are named by their predictions.
  return runDoubts(facts ?? {}).filter(({ code, spoils }) => spoils && code !== 'samples-failed');
}

function placeOf({
  file,
  position,
}: {
  readonly file: string;
  readonly position?: number | undefined;
}): string {
  return position === undefined ? file : `${file}, ${position}`;
}
