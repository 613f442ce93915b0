import { counted } from '../../native-models/protocol/counted.ts';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { ReasonerRequest } from '../../native-models/protocol/reasoner-request.ts';
import { recordedRun } from '../host/evaluation/recorded-run.ts';
import type { RunDescription } from '../host/evaluation/run-folder.ts';
import { RunFolder } from '../host/evaluation/run-folder.ts';
import type { EvalRunOptions } from './eval-machinery.ts';
import { runHere } from './eval-machinery.ts';
import { reportOutcome } from './eval-run-view.ts';
import { withEngines } from './eval-session.ts';
import { exitCodes } from './exit-codes.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

/**
 * `eval run --from RUN`: runs what a run's file says, in the same way, and tells whether the same came out: byte for byte where
 * the other run's predictions lie beside its file.
 */
export async function repeatRun(
  terminal: Terminal,
  from: string,
  options: EvalRunOptions,
  json: boolean,
): Promise<void> {
  await runSession(terminal, json, async ({ signal }) => {
    const { description, folder } = await recordedRun(path.resolve(from));
    if (folder === path.resolve(options.out)) {
      throw new EngineError('OUTPUT_EXISTS', `${options.out} is the run that is to be repeated.`, {
        remedy: 'Choose another folder with --out.',
      });
    }
    const settings = movedSettings(description, options);
    const { endpoint: wasAt } = description.model;
    const isElsewhere = wasAt !== undefined;
    const endpoint = isElsewhere ? { endpoint: options.endpoint ?? wasAt } : {};
    const model = options.model ?? (isElsewhere ? description.model.name : description.model.path);
    const outcome = await withEngines(isElsewhere ? 1 : options.workers, (engines) =>
      runHere(terminal, engines, settings, { ...options, model, ...endpoint }, options.out, signal),
    );
    const again = outcome.description;
    if (again.model.checksum !== description.model.checksum) {
      terminal.warn('MODEL_DIFFERS', 'The run is of another model package: what comes out may differ.');
    }
    if (again.samples !== description.samples || again.skipped !== description.skipped) {
      terminal.warn(
        'DATA_DIFFERS',
        `The run was of ${counted(description.samples, 'sample')}, here are ${again.samples}: annotations or videos differ.`,
      );
    }
    reportOutcome(terminal, outcome, options.out, json, options);
    const { shard } = settings;
    const was = await predictionBytes(new RunFolder(folder, shard));
    const is = await predictionBytes(new RunFolder(path.resolve(options.out), shard));
    if (was === undefined || is === undefined) return;
    if (was.equals(is)) {
      terminal.note('Its predictions are those of the run, byte for byte.');
      return;
    }
    terminal.warn('RESULTS_DIFFER', `Its predictions are not those of ${from}.`);
    process.exitCode = exitCodes.doubtful;
  });
}

/** What decides how it is asked stays; data and models lie where they lie now. */
function movedSettings({ settings }: RunDescription, options: EvalRunOptions): RunDescription['settings'] {
  const { data } = options;
  const { reasoner } = settings;
  return {
    ...settings,
    dataDir: data === undefined ? settings.dataDir : path.resolve(data),
    ...(reasoner === undefined ? {} : { reasoner: movedReasoner(reasoner, options) }),
  };
}

function movedReasoner(
  reasoner: ReasonerRequest,
  { verifyWith, toolsPackage, toolsFrom }: EvalRunOptions,
): ReasonerRequest {
  const { verification, tools } = reasoner;
  const preset = tools?.preset;
  return {
    ...reasoner,
    ...(verification !== undefined &&
      verifyWith !== undefined && {
        verification: { ...verification, modelPath: path.resolve(verifyWith) },
      }),
    ...(tools !== undefined && {
      tools: {
        ...tools,
        ...(toolsPackage !== undefined && { packagePath: path.resolve(toolsPackage) }),
        ...(preset !== undefined &&
          toolsFrom !== undefined && { preset: { ...preset, folder: path.resolve(toolsFrom) } }),
      },
    }),
  };
}

function predictionBytes(folder: RunFolder): Promise<Buffer | undefined> {
  return readFile(folder.predictionsPath).catch(() => undefined);
}
