import path from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { toEngineError } from '../../native-models/protocol/errors.ts';
import type { BenchmarkName } from '../../native-models/protocol/eval-task.ts';
import { requireWritable } from '../host/files/write-atomically.ts';
import { judgeAnswers } from '../host/evaluation/judge/judge-answers.ts';
import { reportRequest, verdictsPath } from '../host/evaluation/report-request.ts';
import { readBenchmarkName } from '../host/evaluation/tasks/read-task-file.ts';
import { exitCodes } from './exit-codes.ts';
import { number, numberFrom, wholeNumber } from './option-values.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';
import { costOf, tokenText } from './token-cost.ts';

interface Options {
  readonly endpoint: string;
  readonly judge: string;
  readonly keyFrom: string;
  readonly out?: string;
  readonly openOnly?: boolean;
  readonly benchmark?: string;
  readonly temperature: number;
  readonly concurrency: number;
  readonly perMinute?: number;
  readonly promptPrice?: number;
  readonly replyPrice?: number;
  readonly json?: boolean;
}

const help = `
Questions, right answers and replies are sent to the endpoint; videos are not. Its replies are kept in
verdicts.jsonl of the run, and asked for once: give the same command again after a failure.

Example:
  videomind eval judge runs/videokr --endpoint https://api.openai.com/v1 --judge gpt-4o --open-only`;

/** `eval judge DIR`: lets a language model decide on open answers; the verdicts go into the run's reports. */
export function addEvalJudgeCommand(program: Command, terminal: Terminal): void {
  program
    .command('judge')
    .description('Let a model behind an OpenAI-compatible endpoint decide on open answers.')
    .argument('<dir>', 'folder of `eval run`, or of predictions')
    .requiredOption('--endpoint <url>', 'base URL, before /chat/completions', urlOption)
    .requiredOption('--judge <model>', 'name of the model there')
    .option('--key-from <name>', 'environment variable that holds the key', 'OPENAI_API_KEY')
    .option('--out <file>', 'file of verdicts; default: verdicts.jsonl of the run')
    .option('--open-only', 'leave multiple choice to the rule; default: judge all, as published')
    .option('--benchmark <key>', 'for predictions that were not made here; default: videokr_eval')
    .option('--temperature <t>', 'of the judge; published figures were asked for at 1', numberFrom(0), 0)
    .option('--concurrency <n>', 'requests at once', wholeNumber(1, 64), 4)
    .option('--per-minute <n>', 'most requests a minute', numberFrom(Number.MIN_VALUE))
    .option('--prompt-price <x>', 'price of a million prompt tokens, to add up the cost', number)
    .option('--reply-price <x>', 'price of a million reply tokens', number)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(async (folder: string, options: Options) => {
      const json = options.json ?? false;
      await runSession(terminal, json, async ({ engine, signal }) => {
        const { predictionsPath, benchmark } = await judgedRun(path.resolve(folder), options.benchmark);
        const openOnly = options.openOnly ?? false;
        const { answers, items } = await engine.call(
          'evalJudgeItems',
          { predictionsPath, benchmark, openOnly },
          { signal },
        );
        const filePath = options.out === undefined ? verdictsPath(folder) : path.resolve(options.out);
        await requireWritable(filePath);
        const outcome = await judgeAnswers(
          items,
          {
            baseUrl: options.endpoint,
            model: options.judge,
            key: process.env[options.keyFrom],
            failure: 'JUDGE_FAILED',
            temperature: options.temperature,
          },
          filePath,
          {
            concurrency: options.concurrency,
            perMinute: options.perMinute,
            signal,
            onProgress: (done, total) => terminal.progress(`${done} of ${total} answers judged`),
          },
        );
        const {
          asked,
          kept,
          failed,
          unreadable,
          firstUnreadable = '',
          firstFailure = '',
          promptTokens,
          completionTokens,
        } = outcome;
        const tokens = { prompt: promptTokens, completion: completionTokens };
        const cost = costOf(tokens, options);
        if (failed > 0) terminal.warn('judge-failed', `${failed} answers have no verdict. ${firstFailure}`);
        if (unreadable > 0) {
          terminal.warn(
            'judge-unreadable',
            `${unreadable} replies of the judge hold no verdict and were not kept. First: “${firstUnreadable.slice(0, 80)}”.`,
          );
        }
        if (json) terminal.printJson({ path: filePath, answers, ...outcome, cost });
        else {
          terminal.print(`${asked} answers judged now, ${kept} before: ${filePath}`, tokenText(tokens, cost));
        }
        if (failed + unreadable > 0) process.exitCode = exitCodes.doubtful;
      });
    });
}

/** The predictions to judge: a run says itself of which benchmark they are, others are taken for VideoKR's. */
async function judgedRun(
  folder: string,
  benchmark: string | undefined,
): Promise<{ readonly predictionsPath: string; readonly benchmark: BenchmarkName }> {
  try {
    const name = benchmark === undefined ? undefined : await readBenchmarkName(benchmark);
    return await reportRequest(folder, { benchmark: name });
  } catch (error) {
    if (benchmark !== undefined || toEngineError(error).code !== 'PREDICTIONS_NOT_FOUND') throw error;
    return { predictionsPath: folder, benchmark: 'videokr_eval' };
  }
}

/** Base URL of an endpoint. */
export function urlOption(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('Give a URL such as https://api.openai.com/v1.');
}
