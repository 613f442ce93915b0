import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { EngineError, throwIfCancelled } from '../../../../native-models/protocol/errors.ts';
import type { EvalMetricItems } from '../../../../native-models/protocol/eval-metrics.ts';
import { writeAtomically } from '../../files/write-atomically.ts';

type CommandMetric = EvalMetricItems['metrics'][number];

/** A line that a command writes: how much a sample is worth, 0 to 1, or null where it takes no part. */
const answerSchema = z.object({ id: z.string(), value: z.number().min(0).max(1).nullable() });
const keptSchema = z.object({ key: z.string(), value: z.number().nullable() });

export interface MetricCommandOptions {
  /** Where values are kept: those that are there already are not counted again. */
  readonly valuesPath: string;
  /** Where commands are started: the task file's folder. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  /** Told before a command is started. */
  readonly onCommand?: (metric: CommandMetric, samples: number) => void;
}

/** So much of what a command complains of is told. */
const toldCharacters = 500;

/**
 * Runs the commands of a task over the replies of a run and keeps what they say. A command is started without a shell, reads one
 * JSON object a line and writes `{"id", "value"}` a line, for each once, in any order.
 *
 * @throws EngineError METRIC_FAILED where a command cannot be started, fails, or leaves a sample out, or where its answers cannot be told apart;
 *   CANCELLED
 */
export async function runMetricCommands(
  { metrics }: EvalMetricItems,
  { valuesPath, folder, signal, onCommand }: MetricCommandOptions,
): Promise<void> {
  const kept = await keptValues(valuesPath);
  for (const metric of metrics) {
    const missing = metric.items.filter(({ key }) => !kept.has(key));
    if (missing.length === 0) continue;
    const asked = missing.map(({ key, line }) => ({ key, line, id: idOf(line) }));
    requireToldApart(metric, asked);
    onCommand?.(metric, missing.length);
    const output = await runCommand(metric, asked.map(({ line }) => line).join('\n') + '\n', folder, signal);
    const values = readAnswers(metric, output);
    for (const { key, id } of asked) {
      const value = values.get(id);
      if (value === undefined) throw failed(metric, `it wrote no line for the sample "${id}"`);
      // A sample that takes no part is kept without a value: it is not asked for again, and in no mean.
      kept.set(key, value);
    }
    const lines = [...kept].map(([key, value]) => JSON.stringify({ key, value }));
    await writeAtomically(valuesPath, `${lines.join('\n')}\n`);
  }
}

function idOf(line: string): string {
  return (JSON.parse(line) as { readonly id: string }).id;
}

/** An answer names its sample by nothing but the id. @throws EngineError METRIC_FAILED where two different samples have one */
function requireToldApart(metric: CommandMetric, asked: readonly { readonly id: string }[]): void {
  const ids = new Set<string>();
  for (const { id } of asked) {
    if (ids.has(id)) {
      throw failed(
        metric,
        `two different samples have the id "${id}", so that its answers cannot be told apart`,
      );
    }
    ids.add(id);
  }
}

async function keptValues(valuesPath: string): Promise<Map<string, number | null>> {
  const text = await readFile(valuesPath, 'utf8').catch(() => '');
  const kept = new Map<string, number | null>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      const { key, value } = keptSchema.parse(JSON.parse(line));
      kept.set(key, value);
    } catch {
      // A line that cannot be read is a value that is counted again.
    }
  }
  return kept;
}

async function runCommand(
  metric: CommandMetric,
  input: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const [program = '', ...args] = metric.command;
  const child = spawn(program, args, { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'], signal });
  let [output, complaints] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  // A command may end before it has read everything; what it wrote tells whether that was right.
  child.stdin.on('error', () => undefined).end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  }).catch((error: unknown) => {
    throwIfCancelled(signal);
    throw failed(metric, `it cannot be started: ${error instanceof Error ? error.message : String(error)}`);
  });
  throwIfCancelled(signal);
  if (code !== 0) {
    const said = complaints.trim().slice(-toldCharacters);
    throw failed(metric, `it ended with ${code ?? 'a signal'}${said === '' ? '' : `: ${said}`}`);
  }
  return output;
}

function readAnswers(metric: CommandMetric, output: string): Map<string, number | null> {
  const values = new Map<string, number | null>();
  for (const [index, line] of output.split('\n').entries()) {
    if (line.trim() === '') continue;
    const answer = answerSchema.safeParse(parseLine(line));
    if (!answer.success) {
      throw failed(
        metric,
        `its line ${index + 1} is no {"id": …, "value": 0 to 1 or null}: ${line.slice(0, 80)}`,
      );
    }
    const { id, value } = answer.data;
    if (values.has(id) && values.get(id) !== value) {
      throw failed(metric, `it wrote two values for the sample "${id}"`);
    }
    values.set(id, value);
  }
  return values;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function failed({ name, command }: CommandMetric, why: string): EngineError {
  return new EngineError('METRIC_FAILED', `The command of ${name} (${command.join(' ')}) failed: ${why}.`);
}
