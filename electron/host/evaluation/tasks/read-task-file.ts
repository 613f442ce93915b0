import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { EngineError } from '../../../../native-models/protocol/errors.ts';
import { evalTaskSchema, taskFaults } from '../../../../native-models/protocol/eval-task.ts';
import type { BenchmarkName, EvalTask } from '../../../../native-models/protocol/eval-task.ts';

/** Whether a benchmark is named by a task file and not by its key. */
export function isTaskFile(name: string): boolean {
  return /\.(?:ya?ml|json)$/iu.test(name);
}

/** A benchmark's key as it is, or the task of a file. @throws EngineError as `readTaskFile` */
export async function readBenchmarkName(name: string): Promise<BenchmarkName> {
  return isTaskFile(name) ? await readTaskFile(path.resolve(name)) : name;
}

/**
 * Reads a task from a YAML or JSON file.
 * @throws EngineError TASK_INVALID, naming the file and each field that is wrong
 */
export async function readTaskFile(file: string): Promise<EvalTask> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new EngineError('TASK_INVALID', `There is no task file ${file} that can be read.`, {
      remedy: 'Check the path of the task file.',
      cause,
    });
  });
  return taskOf(file, text);
}

/** The task that a file's text says. @throws EngineError TASK_INVALID */
export function taskOf(file: string, text: string): EvalTask {
  const parsed = evalTaskSchema.safeParse(valueOf(file, text));
  if (parsed.success) return parsed.data;
  const faults = taskFaults(parsed.error);
  throw new EngineError('TASK_INVALID', `${file}: ${faults.join('; ')}.`, { details: { file, faults } });
}

/** YAML holds JSON. Names that occur twice, unknown tags and too many aliases are errors of the file. */
function valueOf(file: string, text: string): unknown {
  const document = parseDocument(text.startsWith('\ufeff') ? text.slice(1) : text, { prettyErrors: true });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) {
    const [line = ''] = fault.message.split('\n');
    throw new EngineError('TASK_INVALID', `${file} is no YAML: ${line.replace(/:$/u, '')}.`);
  }
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('TASK_INVALID', `${file}: ${reason}.`, { cause });
  }
}
