import path from 'node:path';
import type { Command } from 'commander';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { queueRunner } from '../host/evaluation/queue/serve-groups.ts';
import { evaluationEngines, packageModel, runBenchmark } from '../host/evaluation/run-benchmark.ts';
import { askedBenchmark } from './eval-task-options.ts';
import { reportOutcome, runWatcher } from './eval-run-view.ts';
import { connectionNotes, redisOption } from './eval-redis.ts';
import { withEngines } from './eval-session.ts';
import { addRunOptions, askingUsageProblem, runSettings } from './eval-source-options.ts';
import type { RunOptions } from './eval-source-options.ts';
import { addReasonerOptions } from './reasoner-options.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

interface Options extends RunOptions {
  readonly redis: string;
  readonly json?: boolean;
}

const help = `
Computes nothing here: the samples go to \`videomind eval work\` on any number of machines, results come back into --out.

Example:
  videomind eval serve charades_sta --data data --model packages/videomind-2b --out runs/charades --redis redis://box:6379`;

/** `eval serve NAME`: a run whose samples are computed by workers, through Redis. */
export function addEvalServeCommand(program: Command, terminal: Terminal): void {
  const command = program.command('serve').description('Run a benchmark on several machines, through Redis.');
  addRunOptions(command).addOption(redisOption()).option('--json', 'print the result as JSON');
  addReasonerOptions(command)
    .addHelpText('after', help)
    .action(async (name: string, options: Options) => {
      const json = options.json ?? false;
      const problem = askingUsageProblem(options);
      if (problem !== undefined) command.error(problem);
      await runSession(terminal, json, async ({ signal }) => {
        const { benchmark, options: asked } = await askedBenchmark(command, name, options);
        const settings = await runSettings(benchmark, asked, { index: 0, of: 1 });
        const modelPath = path.resolve(options.model);
        const outcome = await withEngines(1, async (supervisors) => {
          const machinery = { modelPath, workers: 1, devices: ['auto' as const] };
          const [reader] = evaluationEngines(supervisors, machinery);
          if (reader === undefined) throw new EngineError('INTERNAL', 'A run needs an engine.');
          return runBenchmark(
            settings,
            packageModel(modelPath),
            path.resolve(options.out),
            reader,
            ({ model }) =>
              queueRunner({
                redisUrl: options.redis,
                modelChecksum: model.checksum,
                signal,
                onConnection: connectionNotes(terminal),
              }),
            runWatcher(terminal),
            signal,
          );
        });
        reportOutcome(terminal, outcome, options.out, json);
      });
    });
}
