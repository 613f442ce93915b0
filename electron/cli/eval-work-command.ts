import { counted } from '../../native-models/protocol/counted.ts';
import path from 'node:path';
import type { Command } from 'commander';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { workOnGroups } from '../host/evaluation/queue/work-groups.ts';
import { evaluationEngines } from '../host/evaluation/run-benchmark.ts';
import { connectionNotes, redisOption } from './eval-redis.ts';
import { machinery } from './eval-machinery.ts';
import type { MachineOptions } from './eval-machinery.ts';
import { withEngines } from './eval-session.ts';
import { addMachineOptions } from './eval-source-options.ts';
import { wholeNumber } from './option-values.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

interface Options extends MachineOptions {
  readonly model: string;
  readonly data: string;
  readonly redis: string;
  readonly lostAfter: number;
  readonly idle?: number;
}

const help = `
Every machine needs the same package and the videos; annotations only where \`eval serve\` runs.

Example:
  videomind eval work --data data --model packages/videomind-2b --redis redis://box:6379 --device cuda`;

/** `eval work`: computes samples for `eval serve`, until Ctrl-C. */
export function addEvalWorkCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('work')
    .description('Compute samples for `eval serve`, until Ctrl-C.')
    .requiredOption('--model <dir>', 'the same package as there')
    .requiredOption('--data <dir>', 'folder that holds the videos as there')
    .addOption(redisOption())
    .option('--lost-after <s>', 'a worker silent for so long has its samples taken over', wholeNumber(1), 30)
    .option('--idle <s>', 'end after so long without work; default: wait', wholeNumber(1));
  addMachineOptions(command)
    .addHelpText('after', help)
    .action(async (options: Options) => {
      await runSession(terminal, false, async ({ signal }) => {
        const engineOptions = machinery(options);
        const done = await withEngines(options.workers, async (supervisors) => {
          const engines = evaluationEngines(supervisors, engineOptions);
          const [first] = engines;
          if (first === undefined) throw new EngineError('INTERNAL', 'A worker needs an engine.');
          const { modelPath } = engineOptions;
          const { device, runtime, threads } = first;
          const model = await first.engine.call('load', { modelPath, device, runtime, threads }, { signal });
          let samples = 0;
          await workOnGroups(engines, {
            redisUrl: options.redis,
            modelPath,
            modelChecksum: model.checksum,
            dataDir: path.resolve(options.data),
            lostAfterSec: options.lostAfter,
            idleSec: options.idle,
            signal,
            onReady: () =>
              terminal.note(
                `Waiting for samples for ${model.name} (${model.precision}) at ${hostOf(options.redis)}.`,
              ),
            onConnection: connectionNotes(terminal),
            onSample: () => {
              samples++;
              terminal.progress(`${counted(samples, 'sample')} done`);
            },
          });
          return samples;
        });
        terminal.print(`${counted(done, 'sample')} done.`);
      });
    });
}

/** Without name and password, which a URL may hold. */
function hostOf(url: string): string {
  return new URL(url).host;
}
