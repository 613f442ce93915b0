import path from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { RunOutcome } from '../host/evaluation/run-benchmark.ts';
import { SweepFolder } from '../host/evaluation/sweep-folder.ts';
import type { SweepVariant } from '../host/evaluation/sweep-variants.ts';
import { sweepVariants } from '../host/evaluation/sweep-variants.ts';
import type { EvalRunOptions } from './eval-machinery.ts';
import { engineCount, runHere } from './eval-machinery.ts';
import { askedBenchmark } from './eval-task-options.ts';
import { outcomeDoubts } from './eval-run-view.ts';
import { withEngines } from './eval-session.ts';
import type { RunOptions } from './eval-source-options.ts';
import { askingUsageProblem, runSettings } from './eval-source-options.ts';
import { showTable } from './eval-table-view.ts';
import { runSession } from './session.ts';
import { withValues } from './sweep-options.ts';
import type { Terminal } from './terminal.ts';

type Complete = EvalRunOptions & RunOptions;

/**
 * `eval run … --set … --repeats N`: a run for each combination, in folders below `--out` that are runs like any other, and one
 * table of them all. What an earlier sweep into the folder did is taken over.
 */
export async function runSweep(
  terminal: Terminal,
  command: Command,
  name: string,
  options: Complete,
  json: boolean,
): Promise<void> {
  const { benchmark, options: base } = await askedBenchmark(command, name, options);
  const planned = plan(command, base);
  const isGreedy = planned.every(({ options: { temperature } }) => temperature === 0);
  if (options.repeats > 1 && isGreedy) {
    command.error('error: --repeats needs a temperature above 0: without one every repetition says the same');
  }
  await runSession(terminal, json, async ({ engine, signal }) => {
    const folder = new SweepFolder(path.resolve(options.out));
    await folder.begin();
    const outcomes: { readonly folder: string; readonly outcome: RunOutcome }[] = [];
    await withEngines(engineCount(options), async (engines) => {
      for (const [index, { variant, options: asked }] of planned.entries()) {
        const settings = await runSettings(benchmark, asked, asked.shard ?? { index: 0, of: 1 });
        const out = await folder.folderOf(variant.folder, settings);
        terminal.note(`${index + 1} of ${planned.length}: ${path.basename(out)}`);
        outcomes.push({
          folder: out,
          outcome: await runHere(terminal, engines, settings, asked, out, signal),
        });
      }
    });
    for (const { folder: out, outcome } of outcomes) {
      for (const { code, message } of outcomeDoubts(outcome)) {
        terminal.warn(code, `${path.basename(out)}: ${message}`);
      }
    }
    const runs = outcomes.map((one) => one.folder);
    await showTable(terminal, { engine, signal }, runs, { json, writeTo: path.join(folder.path, 'table') });
  });
}

function plan(
  command: Command,
  options: Complete,
): { readonly variant: SweepVariant; readonly options: Complete }[] {
  try {
    const isSampled = (values: SweepVariant['values']): boolean =>
      withValues(command, options, values).temperature > 0;
    return sweepVariants(options.set ?? [], options.repeats, isSampled).map((variant) => {
      const asked = withValues(command, options, variant.values);
      const problem = askingUsageProblem(asked);
      if (problem !== undefined) throw new InvalidArgumentError(problem.replace(/^error: /, ''));
      const seed = (asked.seed ?? 0) + variant.repeat;
      return { variant, options: asked.temperature > 0 ? { ...asked, seed } : asked };
    });
  } catch (error) {
    if (error instanceof InvalidArgumentError) command.error(`error: ${error.message}`);
    throw error;
  }
}
