import type { ErrorCode } from '../../../native-models/protocol/errors.ts';
import { EngineError, toEngineError } from '../../../native-models/protocol/errors.ts';
import type { EvalSample, EvalSettings } from '../../../native-models/protocol/eval-sample.ts';
import type { RuntimeName } from '../../../native-models/protocol/roles.ts';
import type { EngineSupervisor } from '../engine/supervisor.ts';
import type { SampleResult } from './result-journal.ts';
import type { RunMachinery, RunSettings } from './run-settings.ts';

/** One engine, and what it computes on. */
export interface EvaluationEngine {
  readonly engine: EngineSupervisor;
  readonly device: RunMachinery['devices'][number];
  readonly runtime?: RuntimeName | undefined;
  readonly threads?: number | undefined;
}

/** What all samples of a run are asked with. */
export interface AskingRules {
  readonly settings: RunSettings;
  readonly benchmarkSettings: EvalSettings;
  readonly modelPath: string;
  /** Whether the model reasons aloud. */
  readonly reasons: boolean;
}

/** Faults of the machine or the model, which every other sample would meet too: the run stops and can go on later. */
const runFaults: ReadonlySet<ErrorCode> = new Set([
  'CANCELLED',
  'NOT_A_PACKAGE',
  'PACKAGE_DAMAGED',
  'PACKAGE_VERSION',
  'FOLDER_NOT_FOUND',
  'PROMPTS_INVALID',
  'TOKENIZER_INVALID',
  'DEVICE_UNAVAILABLE',
  'FFMPEG_MISSING',
  'FFMPEG_TOO_OLD',
  'DISK_FULL',
  'OUTPUT_UNWRITABLE',
  'PROTOCOL_MISMATCH',
  'PROTOCOL_INVALID',
]);

/** Whether every other sample would meet it too. */
export function stopsRun(code: ErrorCode): boolean {
  return runFaults.has(code);
}

/** The engine went away, perhaps through no fault of the sample: it is asked again. */
const engineFaults: ReadonlySet<ErrorCode> = new Set([
  'ENGINE_CRASHED',
  'ENGINE_UNRESPONSIVE',
  'OUT_OF_MEMORY',
]);
const attempts = 3;

/** Asks one sample, of whatever model. @throws EngineError for what stops a run */
export type AskSample = (
  engine: EvaluationEngine,
  rules: AskingRules,
  sample: EvalSample,
  signal: AbortSignal,
) => Promise<SampleResult>;

/**
 * Asks one sample. What is wrong with the sample itself (its video, its texts, a crash that it brings about again and again) is
 * a result too: it counts as wrong.
 * @throws EngineError for what stops a run
 */
export async function askSample(
  { engine, device, runtime, threads }: EvaluationEngine,
  rules: AskingRules,
  sample: EvalSample,
  signal: AbortSignal,
): Promise<SampleResult> {
  const { settings, benchmarkSettings, modelPath, reasons } = rules;
  const { dataDir, roles, style, subtitles, subtitlesEncoding, search, speed, reasoner } = settings;
  const { startSec, endSec } = settings;
  const { candidates, temperature, seed, maxTokens } = settings;
  for (let attempt = 1; ; attempt++) {
    try {
      const {
        prediction,
        timings,
        warnings = [],
        record,
      } = await engine.call(
        'evalAsk',
        {
          sample,
          settings: benchmarkSettings,
          dataDir,
          modelPath,
          roles,
          reasons,
          style,
          subtitles,
          ...{ candidates, temperature, seed, maxTokens, subtitlesEncoding, search, speed, reasoner },
          ...{ startSec, endSec, device, runtime, threads },
        },
        { signal },
      );
      return {
        ...{ id: sample.id, index: sample.index, prediction, timings, record },
        ...(warnings.length > 0 && { warnings }),
      };
    } catch (thrown) {
      const error = toEngineError(thrown);
      if (runFaults.has(error.code)) throw error;
      if (engineFaults.has(error.code) && attempt < attempts) continue;
      return failedResult(engine, rules, sample, error, signal);
    }
  }
}

/** The result of a sample whose video is not there. */
export function missingVideoResult(
  engine: EngineSupervisor,
  rules: AskingRules,
  sample: EvalSample,
  signal: AbortSignal,
): Promise<SampleResult> {
  const error = new EngineError('VIDEO_NOT_FOUND', `${sample.videoPath} is not there.`);
  return failedResult(engine, rules, sample, error, signal);
}

/** The result of a sample that failed. */
export async function failedResult(
  engine: EngineSupervisor,
  { settings: { dataDir, roles }, reasons }: AskingRules,
  sample: EvalSample,
  { code, message }: EngineError,
  signal: AbortSignal,
): Promise<SampleResult> {
  // Paths of this machine would make the result of another one differ.
  const error = { code, message: message.replaceAll(dataDir, 'data') };
  const { prediction } = await engine.call(
    'evalFailure',
    { sample, dataDir, roles, reasons, error },
    { signal },
  );
  return { id: sample.id, index: sample.index, prediction, error };
}
