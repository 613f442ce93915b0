import type { Command } from 'commander';
import { Option } from 'commander';
import { repeatRun } from './eval-from-run.ts';
import type { EvalRunOptions } from './eval-machinery.ts';
import { engineCount, runHere } from './eval-machinery.ts';
import { withEngines } from './eval-session.ts';
import {
  addMachineOptions,
  addRunOptions,
  askingUsageProblem,
  runSettings,
  shardOption,
} from './eval-source-options.ts';
import { askedBenchmark, taskDataFolder } from './eval-task-options.ts';
import { reportOutcome } from './eval-run-view.ts';
import { runSweep } from './eval-sweep.ts';
import { urlOption } from './eval-judge-command.ts';
import { number, numberFrom, wholeNumber } from './option-values.ts';
import { addReasonerOptions } from './reasoner-options.ts';
import { runSession } from './session.ts';
import { sweepAxisOption } from './sweep-options.ts';
import type { Terminal } from './terminal.ts';

const examples = `
Examples:
  videomind eval run charades_sta --data data --model packages/videomind-2b --out runs/charades
  videomind eval run nextgqa --data data --model packages/videomind-2b --out runs/nextgqa --workers 2
  videomind eval run cgbench --data data --model packages/videomind-2b --out runs/cgbench --shard 0/4
  videomind eval run own --data mine --model packages/videokr --out runs/frames \\
    --set temperature=0,0.7 --set maxFrames=32,64 --repeats 5
  videomind eval run videomme --data data --backend openai --endpoint http://127.0.0.1:8000/v1 \\
    --model Qwen/Qwen2.5-VL-7B-Instruct --out runs/vllm --workers 8
  videomind eval run shapes.yaml --model packages/videomind-2b --out runs/shapes
  videomind eval run --from runs/charades --out runs/charades-again

A run that was stopped or killed goes on when the same command is given again. Shards may share a folder.`;

/** `eval run NAME`: runs a benchmark; results are on the disk as they come. */
export function addEvalRunCommand(program: Command, terminal: Terminal): void {
  const command = program.command('run').description('Run a benchmark, or go on with a run.');
  addMachineOptions(addRunOptions(command, 'optional'))
    .option('--shard <i/n>', 'only a part of the videos: part i of n, from 0', shardOption)
    .option(
      '--set <name=values>',
      'run with each of these values of a setting, such as temperature=0,0.7; repeat it for others',
      sweepAxisOption,
    )
    .option(
      '--repeats <n>',
      'with a temperature: run so often, each with a seed of its own',
      wholeNumber(1, 100),
      1,
    )
    .option(
      '--from <run>',
      'repeat a run as its folder (or run.json) says; --data, --model: where they lie now',
    )
    .addOption(new Option('--backend <kind>', 'ask a model elsewhere').choices(['openai']))
    .option('--endpoint <url>', 'with --backend openai: base URL, before /chat/completions', urlOption)
    .option('--key-from <name>', 'environment variable that holds its key', 'OPENAI_API_KEY')
    .option('--per-minute <n>', 'most requests a minute', numberFrom(Number.MIN_VALUE))
    .option('--retry-pause <s>', 'wait before a second try, doubled for each further one', numberFrom(0), 10)
    .option(
      '--no-stream',
      'have its replies sent whole, for servers that cannot send them as they are written',
    )
    .option('--prompt-price <x>', 'price of a million prompt tokens, to add up the cost', number)
    .option('--reply-price <x>', 'price of a million reply tokens', number)
    .option('--json', 'print the result as JSON');
  addReasonerOptions(command)
    .addHelpText('after', examples)
    .action(async (name: string | undefined, options: EvalRunOptions) => {
      const json = options.json ?? false;
      if (options.from !== undefined) {
        refuseBeside(command, name);
        await repeatRun(terminal, options.from, options, json);
        return;
      }
      const { model } = options;
      const data = options.data ?? taskDataFolder(name ?? '');
      if (name === undefined) command.error("error: missing required argument 'name'");
      if (data === undefined) command.error("error: required option '--data <dir>' not specified");
      if (model === undefined) command.error("error: required option '--model <dir>' not specified");
      if ((options.backend === undefined) !== (options.endpoint === undefined)) {
        command.error('error: --backend openai and --endpoint go together');
      }
      const complete = { ...options, data: data ?? '', model: model ?? '' };
      if (options.set !== undefined || options.repeats > 1) {
        await runSweep(terminal, command, name ?? '', complete, json);
        return;
      }
      await runSession(terminal, json, async ({ signal }) => {
        const { benchmark, options: asked } = await askedBenchmark(command, name ?? '', complete);
        const problem = askingUsageProblem(asked);
        if (asked.backend !== undefined && (asked.start ?? asked.end) !== undefined) {
          command.error('error: --start and --end are for models of this program, not for --backend openai');
        }
        if (problem !== undefined) command.error(problem);
        const settings = await runSettings(benchmark, asked, options.shard ?? { index: 0, of: 1 });
        const outcome = await withEngines(engineCount(options), (engines) =>
          runHere(terminal, engines, settings, asked, options.out, signal),
        );
        reportOutcome(terminal, outcome, options.out, json, options);
      });
    });
}

/** A run's file says all of how it was asked: what is given beside it would contradict it. */
function refuseBeside(command: Command, name: string | undefined): void {
  const free = new Set([
    ...['endpoint', 'keyFrom', 'perMinute', 'stream', 'retryPause', 'promptPrice', 'replyPrice'],
    'from',
    'data',
    'model',
    'out',
    'workers',
    'device',
    'runtime',
    'threads',
    'json',
    'verifyWith',
    'toolsPackage',
    'toolsFrom',
  ]);
  const given = command.options
    .filter((option) => !free.has(option.attributeName()))
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .map((option) => option.long ?? option.flags);
  if (name !== undefined) given.unshift(name);
  if (given.length === 0) return;
  command.error(`error: --from takes all of it from the run; leave out ${given.join(', ')}`);
}
