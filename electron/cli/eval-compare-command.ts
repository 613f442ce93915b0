import { counted } from '../../native-models/protocol/counted.ts';
import path from 'node:path';
import type { Command } from 'commander';
import type { EvalComparison } from '../../native-models/protocol/eval-report.ts';
import { writeAtomically } from '../host/files/write-atomically.ts';
import { reportRequest } from '../host/evaluation/report-request.ts';
import { readBenchmarkName } from '../host/evaluation/tasks/read-task-file.ts';
import { toolUseLines } from './eval-report-view.ts';
import { exitCodes } from './exit-codes.ts';
import { wholeNumber } from './option-values.ts';
import { runSession } from './session.ts';
import type { Style, Terminal } from './terminal.ts';
import { printable, table } from './text-layout.ts';

interface Options {
  readonly benchmark?: string;
  readonly page?: string;
  readonly data?: string;
  readonly seed: number;
  readonly json?: boolean;
}

const help = `
Samples are compared one by one, those that both runs have. McNemar’s exact test judges measures by which a sample is right
or wrong, a paired bootstrap the others.

Example:
  videomind eval compare runs/charades-2b runs/charades-7b`;

/** `eval compare A B`: how much better B is than A, and whether that may be chance. */
export function addEvalCompareCommand(program: Command, terminal: Terminal): void {
  program
    .command('compare')
    .description('Compare two runs sample by sample, with a test of significance.')
    .argument('<a>', 'folder of a run, or of predictions with --benchmark')
    .argument('<b>', 'folder of another')
    .option('--benchmark <key>', 'for predictions that were not made here')
    .option('--seed <n>', 'of the resampling', wholeNumber(0), 0)
    .option(
      '--page <file>',
      'write it as a page too, with pictures of the samples that only one run has right',
    )
    .option('--data <dir>', 'where the videos lie now, for the pictures')
    .option('--json', 'print the comparison as JSON')
    .addHelpText('after', help)
    .action(async (a: string, b: string, options: Options) => {
      const json = options.json ?? false;
      await runSession(terminal, json, async ({ engine, signal }) => {
        const benchmark =
          options.benchmark === undefined ? undefined : await readBenchmarkName(options.benchmark);
        const [runA, runB] = await Promise.all(
          [a, b].map((folder) =>
            reportRequest(path.resolve(folder), {
              benchmark,
              dataDir: options.data === undefined ? undefined : path.resolve(options.data),
            }),
          ),
        );
        if (runA === undefined || runB === undefined) return;
        const { comparison, html } = await engine.call(
          'evalCompare',
          {
            predictionsA: runA.predictionsPath,
            predictionsB: runB.predictionsPath,
            verdictsA: runA.verdictsPath,
            verdictsB: runB.verdictsPath,
            metricValuesA: runA.metricValuesPath,
            metricValuesB: runB.metricValuesPath,
            factsA: runA.facts,
            factsB: runB.facts,
            benchmark: runA.benchmark,
            ...(options.page === undefined ? {} : { dataDir: runA.dataDir, pictured: mostPictured }),
            seed: options.seed,
          },
          { signal },
        );
        if (options.page !== undefined) await writeAtomically(path.resolve(options.page), html);
        if (json) terminal.printJson(withoutPictures(comparison));
        else {
          const { toolUseA, toolUseB } = comparison;
          const toolRuns = [
            { name: 'A', use: toolUseA },
            { name: 'B', use: toolUseB },
          ];
          const tools = toolUseLines(toolRuns, terminal.style);
          terminal.print(
            ...comparisonLines(comparison, terminal.style),
            ...(tools.length === 0 ? [] : ['', ...tools.slice(0, -1)]),
            ...flippedLines(comparison),
          );
        }
        for (const { run, code, message } of comparison.doubts) terminal.warn(code, `${run}: ${message}`);
        const { shared, onlyA, onlyB } = comparison;
        if (shared === 0 || onlyA + onlyB > 0) {
          terminal.warn(
            'samples-differ',
            `${counted(shared, 'sample is', 'samples are')} in both; ${onlyA} only in A and ${onlyB} only in B are not compared.`,
          );
        }
        if (!comparison.trustworthy) process.exitCode = exitCodes.doubtful;
      });
    });
}

/** So many have pictures on the page: each takes a decoder. */
const mostPictured = 100;

/** The page has the pictures; as text they would only be in the way. */
function withoutPictures(comparison: EvalComparison): EvalComparison {
  const { flipped } = comparison;
  if (flipped === undefined) return comparison;
  return {
    ...comparison,
    flipped: { ...flipped, samples: flipped.samples.map((one) => ({ ...one, frames: [] })) },
  };
}

/** So many are printed; `--json` has them all. */
const mostFlipped = 20;

/** The samples that one run has right and the other wrong; pure. */
function flippedLines({ flipped }: EvalComparison): string[] {
  if (flipped === undefined || flipped.samples.length === 0) return [];
  const { measure, samples } = flipped;
  const said = (reply: string | undefined, moment: readonly number[] | undefined): string => {
    const at = moment === undefined ? '' : ` ${moment.map((time) => time.toFixed(1)).join('–')} s`;
    return `${(reply ?? '').replace(/\s+/g, ' ').slice(0, 40)}${at}`.trim();
  };
  const rows = samples
    .slice(0, mostFlipped)
    .map(({ id, right, text, replyA, replyB, momentA, momentB }) =>
      [id, right, text.slice(0, 50), said(replyA, momentA), said(replyB, momentB)].map(printable),
    );
  const rest = samples.length - rows.length;
  return [
    '',
    `Right in one alone (${measure}): ${samples.length}`,
    ...table(['Sample', 'Right', 'Asked', 'A', 'B'], rows),
    ...(rest > 0 ? [`… and ${rest} more: --json`] : []),
  ];
}

/** What a comparison comes to; pure. */
export function comparisonLines(
  { benchmark, shared, figures }: Pick<EvalComparison, 'benchmark' | 'shared' | 'figures'>,
  style: Style,
): string[] {
  const signed = (value: number): string => `${value >= 0 ? '+' : ''}${value.toFixed(1)}`;
  const rows = figures.map((figure) => [
    figure.name,
    figure.a.toFixed(1),
    figure.b.toFixed(1),
    signed(figure.difference),
    `${signed(figure.lowest)} … ${signed(figure.highest)}`,
    figure.pValue < 0.001 ? '< 0.001' : figure.pValue.toFixed(3),
    figure.test,
  ]);
  if (shared === 0)
    return [style.bold(`${benchmark}: the runs have no sample in common; nothing is compared.`)];
  const clear = figures.filter(({ pValue }) => pValue < 0.05).map(({ name }) => name);
  return [
    style.bold(`${benchmark}: ${counted(shared, 'sample')} in both`),
    ...table(['Measure', 'A', 'B', 'B − A', '95 % range', 'p', 'Test'], rows),
    '',
    clear.length === 0
      ? 'None of the differences is more than chance would bring about (p < 0.05).'
      : `More than chance would bring about (p < 0.05): ${clear.join(', ')}.`,
  ];
}
