import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, toEngineError } from '../../native-models/protocol/errors.ts';
import type { ParamsInput } from '../../native-models/protocol/methods.ts';
import { stopsRun } from '../host/evaluation/sample-asker.ts';
import type { AskOptions } from './ask-options.ts';
import { askParams, askUsageProblem } from './ask-options.ts';
import type { BatchLine } from './batch-lines.ts';
import { readBatch } from './batch-lines.ts';
import type { BatchResult } from './batch-results.ts';
import { BatchResults, resultLine } from './batch-results.ts';
import { exitCodes } from './exit-codes.ts';
import { reasonerParams } from './reasoner-options.ts';
import type { Session } from './session.ts';
import type { Terminal } from './terminal.ts';

type Params = ParamsInput<'ask'>;

/**
 * `ask --batch FILE`: asks one question after the other in the process that has the model open, and prints a line of JSON for
 * each in the order of asking. What fails is a line too. With `--out` a batch that was stopped goes on: only what has no answer
 * there is asked.
 *
 * @throws EngineError what every further question would meet too
 */
export async function askBatch(
  terminal: Terminal,
  session: Session,
  file: string,
  options: AskOptions,
): Promise<void> {
  const lines = await readBatch(file);
  const reasoner = await reasonerParams(options);
  const { device, threads, runtime, model = '' } = options;
  const modelPath = path.resolve(model);
  terminal.progress('Opening the model …');
  const { signal } = session;
  const opened = await session.engine.call('load', { modelPath, device, threads, runtime }, { signal });
  const kept = options.out === undefined ? undefined : await BatchResults.open(path.resolve(options.out));
  const results: BatchResult[] = [];
  for (const [index, line] of lines.entries()) {
    terminal.progress(`${index + 1} of ${lines.length}: ${line.id} …`);
    const params = paramsOf(line, options);
    const asked =
      params instanceof EngineError ? undefined : await askedDigest({ ...params, reasoner }, opened);
    const known = asked === undefined ? undefined : kept?.answerTo(line.id, asked);
    const result =
      known ??
      (params instanceof EngineError
        ? failure(line.id, params)
        : await askOne(terminal, session, { id: line.id, asked }, { ...params, reasoner }));
    if (known === undefined) await kept?.add(result);
    results.push(result);
    process.stdout.write(resultLine(result));
  }
  terminal.clearProgress();
  await kept?.finish(results);
  const failed = results.filter(({ error }) => error !== undefined).length;
  if (failed === 0) return;
  const again = kept === undefined ? '' : ' The same command asks them again.';
  terminal.note(`${failed} of ${results.length} could not be answered.${again}`);
  process.exitCode = exitCodes.failed;
}

async function askOne(
  terminal: Terminal,
  { engine, signal }: Session,
  named: Pick<BatchResult, 'id' | 'asked'>,
  params: Params,
): Promise<BatchResult> {
  try {
    const { record } = await engine.call('ask', params, { signal });
    for (const { code, message } of record.warnings) terminal.warn(code, `${named.id}: ${message}`);
    return { ...named, record };
  } catch (thrown) {
    const error = toEngineError(thrown);
    if (stopsRun(error.code)) throw error;
    return failure(named.id, error);
  }
}

/** The command's options with the line's in their place. */
function paramsOf(line: BatchLine, options: AskOptions): Params | EngineError {
  if ('error' in line) return line.error;
  const { video, question, options: choices, ...changed } = line.asked;
  const changes = Object.entries(changed).filter(([, value]) => value !== undefined);
  const together: AskOptions = {
    ...options,
    ...(Object.fromEntries(changes) as Partial<AskOptions>),
    ...(choices === undefined ? {} : { option: choices }),
  };
  const problem = askUsageProblem(together);
  if (problem === undefined) return askParams(video, question, together);
  return new EngineError('ARGUMENT_INVALID', `${problem.replace(/^error: /, '')}.`);
}

function failure(id: string, { code, message, remedy, details }: EngineError): BatchResult {
  return { id, error: { code, message, remedy, details } };
}

/** What decides an answer: the question with all its settings, the model's weights, and the video as it lies there. */
export async function askedDigest(
  params: Params,
  { checksum }: { readonly checksum: string },
): Promise<string> {
  const asked = {
    ...params,
    device: undefined,
    threads: undefined,
    runtime: undefined,
    provenance: undefined,
  };
  const video = await stat(params.videoPath).catch(() => undefined);
  const facts = { asked, checksum, size: video?.size, changedMs: video?.mtimeMs };
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
