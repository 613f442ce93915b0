import os from 'node:os';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { usualMaxTokens } from '../../../native-models/protocol/eval-run.ts';
import type { EvalSkip, EvalTally } from '../../../native-models/protocol/eval-sample.ts';
import type { EngineSupervisor } from '../engine/supervisor.ts';
import { programVersion } from '../program-version.ts';
import type { RunProgress } from './progress-clock.ts';
import { readSplit } from './read-samples.ts';
import type { ReadSplit } from './read-samples.ts';
import type { ResultJournal } from './result-journal.ts';
import { tallyWarnings } from './run-warnings.ts';
import type { RunDescription } from './run-folder.ts';
import { RunFolder } from './run-folder.ts';
import { runGroups } from './run-groups.ts';
import { usualRunRoles } from './run-settings.ts';
import type { RunMachinery, RunModel, RunSettings } from './run-settings.ts';
import type { AskingRules, AskSample, EvaluationEngine } from './sample-asker.ts';
import { askSample, missingVideoResult } from './sample-asker.ts';
import { groupByVideo } from './sample-groups.ts';
import type { SampleGroup } from './sample-groups.ts';

/** What a run came to. */
export interface RunOutcome {
  readonly description: RunDescription;
  readonly samples: number;
  /** Samples that failed: they count as wrong. */
  readonly failed: number;
  /** Annotations that cannot be run; no figure contains them. */
  readonly skipped: readonly EvalSkip[];
  /** What the runs of samples had to say, by code. */
  readonly warnings: readonly EvalTally[];
  /** Of a model behind an endpoint: the tokens of all samples, those of earlier parts of the run too. */
  readonly tokens?: { readonly prompt: number; readonly completion: number };
  /** Of it too: requests for the samples that were answered, and how many of them a limit of the rate refused. */
  readonly requests?: { readonly sent: number; readonly limited: number };
}

/** What a run does besides computing: told to a person. */
export interface RunWatcher {
  /** `askedAgain`: samples that failed before. */
  readonly onBegun: (description: RunDescription, done: number, askedAgain: number) => void;
  readonly onProgress: (progress: RunProgress) => void;
}

/** Says what model a run is of; the first engine may open it for that. */
export type OpenModel = (reader: EvaluationEngine, signal: AbortSignal) => Promise<RunModel>;

/** Computes what is missing of the groups into the journal: with engines of this machine, or of others. */
export type GroupRunner = (
  groups: readonly SampleGroup[],
  journal: ResultJournal,
  rules: AskingRules,
  onProgress: (progress: RunProgress) => void,
) => Promise<void>;

/**
 * Runs a benchmark, or goes on with a run that was stopped or killed: every sample once, those that failed once more each time
 * it is gone on with (their video may be there now, the disk have room), results in the folder as they come,
 * the finished predictions in the loader's order. What comes out does not depend on how often it was stopped.
 *
 * @param openModel says what is asked
 * @param chooseRunner what computes the samples: engines here, or workers elsewhere
 * @param reader reads annotations and opens the model once, to know what it is
 * @throws EngineError what stops a run; it can be gone on with
 */
export async function runBenchmark(
  asked: RunSettings,
  openModel: OpenModel,
  folderPath: string,
  reader: EvaluationEngine,
  chooseRunner: (description: RunDescription) => GroupRunner,
  watcher: RunWatcher,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const { engine } = reader;
  const split = await readSplit(engine, asked, signal);
  const model = await openModel(reader, signal);
  refuseOthersSettings(asked, model);
  const settings = asUsual(asked, model);
  refuseMissingRoles(settings, model);
  refuseIdleRoles(settings, model, split);
  const groups = groupByVideo(split.samples, settings.shard);
  const missing = groupByVideo(split.withoutVideo, settings.shard).flatMap(({ samples }) => samples);
  const description = describe(settings, split, model, groups, missing.length, reader);
  if (description.samples === 0) throw nothingToRun(description, split);
  const folder = new RunFolder(folderPath, settings.shard);
  await folder.begin(description);
  const lock = await folder.lock();
  try {
    const journal = await folder.openJournal();
    try {
      watcher.onBegun(description, journal.count - journal.askedAgain, journal.askedAgain);
      const { benchmarkSettings } = description;
      const rules = { settings, benchmarkSettings, modelPath: model.path, reasons: model.reasons };
      for (const sample of missing) {
        if (!journal.has(sample.id))
          await journal.append(await missingVideoResult(engine, rules, sample, signal));
      }
      await chooseRunner(description)(groups, journal, rules, watcher.onProgress);
      await folder.finish(journal);
      if (settings.benchmark === 'qvhighlights') await writeSubmission(engine, folder, signal);
      const usage = model.endpoint === undefined ? {} : await usageOf(journal);
      return {
        description,
        samples: journal.count,
        failed: journal.failed,
        warnings: await tallyWarnings(journal.inOrder()),
        skipped: split.skipped,
        ...usage,
      };
    } finally {
      await journal.close();
    }
  } finally {
    await lock.release();
  }
}

async function usageOf(journal: ResultJournal): Promise<Required<Pick<RunOutcome, 'tokens' | 'requests'>>> {
  const tokens = { prompt: 0, completion: 0 };
  const requests = { sent: 0, limited: 0 };
  for await (const { timings } of journal.inOrder()) {
    tokens.prompt += timings?.['promptTokens'] ?? 0;
    tokens.completion += timings?.['completionTokens'] ?? 0;
    requests.sent += timings?.['requests'] ?? 0;
    requests.limited += timings?.['limited'] ?? 0;
  }
  return { tokens, requests };
}

/** Runs groups with engines of this machine. */
export function localRunner(
  engines: readonly EvaluationEngine[],
  signal: AbortSignal,
  ask: AskSample = askSample,
): GroupRunner {
  return (groups, journal, rules, onProgress) =>
    runGroups(groups, journal, engines, rules, { signal, onProgress, ask });
}

/** The engines of a machine: one for each worker, devices in turn. The first is the reader too. */
export function evaluationEngines(
  engines: readonly EngineSupervisor[],
  { devices, runtime, threads }: RunMachinery,
): EvaluationEngine[] {
  return engines.map((engine, index) => ({
    engine,
    device: devices[index % devices.length] ?? 'auto',
    runtime,
    threads,
  }));
}

/** A package as the model of a run: each engine opens it. */
export function packageModel(modelPath: string): OpenModel {
  return async ({ engine, device, runtime, threads }, signal) => {
    const loaded = await engine.call('load', { modelPath, device, runtime, threads }, { signal });
    const { name, checksum, precision, device: used, toy, roles, reasons = false, answererBudget } = loaded;
    return { name, path: modelPath, checksum, precision, device: used, toy, roles, reasons, answererBudget };
  };
}

/** Figures of a run that silently lacked a role would not be what they are taken for. */
function refuseMissingRoles({ roles }: RunSettings, { path, roles: present, reasons }: RunModel): void {
  if (reasons) return;
  const missing = roles.filter((role) => !present.includes(role));
  if (missing.length === 0) return;
  throw new EngineError('ROLES_INVALID', `${path} has no ${missing.join(' and no ')}.`, {
    remedy: `Choose with --roles among ${present.join(', ')}.`,
  });
}

/** What means nothing to the model is refused once, not left out without a word or failed on each sample. */
function refuseOthersSettings(
  { reasoner, search, roles, style }: RunSettings,
  { path, reasons, endpoint }: RunModel,
): void {
  if (reasons && roles.join() !== usualRunRoles.join()) {
    throw new EngineError('ROLES_INVALID', `${path} is one model, without roles.`, {
      remedy: 'Leave --roles out.',
    });
  }
  if (reasons && style !== undefined && endpoint === undefined) {
    throw new EngineError('ARGUMENT_INVALID', `${path} reasons aloud: options are shown to it in one way.`, {
      remedy: 'Leave --style out; --instructions says how to reply.',
    });
  }
  if (reasons && search !== undefined) {
    throw new EngineError('ARGUMENT_INVALID', `${path} reasons aloud: it searches nothing in windows.`, {
      remedy: 'Leave --search out; --fps and --max-frames say how closely it looks.',
    });
  }
  if (reasons || reasoner === undefined) return;
  throw new EngineError('ARGUMENT_INVALID', `${path} has roles and does not reason aloud.`, {
    remedy:
      'Leave out frames, pixels, instructions, --tools and --verify-with: its package and the benchmark fix what each role sees.',
  });
}

/** Settings with what is usual written out, so that a run can be repeated from its file by any version. */
function asUsual(asked: RunSettings, { reasons }: RunModel): RunSettings {
  const maxTokens = asked.maxTokens ?? (reasons ? undefined : usualMaxTokens);
  const seed = asked.seed ?? (asked.temperature > 0 ? 0 : undefined);
  return {
    ...asked,
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** A run whose every sample would fail for its roles is refused before it, not recorded on each. */
function refuseIdleRoles(
  { roles }: RunSettings,
  { reasons }: RunModel,
  { samples, benchmark }: ReadSplit,
): void {
  if (reasons || roles.includes('grounder')) return;
  const isAnswered = samples.some(
    ({ question, options, answer }) => question !== undefined && (options ?? answer) !== undefined,
  );
  if (samples.length === 0 || (roles.includes('answerer') && isAnswered)) return;
  throw new EngineError(
    'ROLES_INVALID',
    `Nothing in ${benchmark.title} can be run with ${roles.join(', ')} alone.`,
    { remedy: 'Add the grounder to --roles.' },
  );
}

/** Whose frames and tokens the answerer sees in a run. */
function budgetsOf(
  model: RunModel,
  { settings, usualBudget }: ReadSplit['benchmark'],
): RunDescription['budgets'] {
  if (settings.fixed === undefined || model.answererBudget === undefined) return 'package';
  const asMade = JSON.stringify(Object.entries(model.answererBudget).sort());
  return asMade === JSON.stringify(Object.entries(usualBudget).sort()) ? 'benchmark' : 'differ';
}

function describe(
  settings: RunSettings,
  { benchmark, skipped }: ReadSplit,
  model: RunModel,
  groups: readonly SampleGroup[],
  missing: number,
  machinery: Pick<EvaluationEngine, 'threads'>,
): RunDescription {
  return {
    schemaVersion: 1,
    title: benchmark.title,
    split: benchmark.split,
    settings,
    benchmarkSettings: benchmark.settings,
    model,
    samples: groups.reduce((sum, { samples }) => sum + samples.length, missing),
    skipped: skipped.length,
    ...(benchmark.notes.length > 0 && { notes: benchmark.notes }),
    budgets: budgetsOf(model, benchmark),
    provenance: {
      programVersion: programVersion(),
      begunAt: new Date().toISOString(),
      processor: os.cpus()[0]?.model ?? os.arch(),
      threads: machinery.threads ?? os.availableParallelism(),
      system: `${os.type()} ${os.release()} ${os.arch()}`,
      memoryBytes: os.totalmem(),
    },
    ...(settings.limit !== undefined && benchmark.available > settings.limit
      ? { available: benchmark.available }
      : {}),
  };
}

function nothingToRun({ title, split }: RunDescription, { skipped, benchmark }: ReadSplit): EngineError {
  const [first] = skipped;
  const reason =
    first === undefined ? 'its annotations hold no sample' : `${first.place.file}: ${first.detail}`;
  return new EngineError('ANNOTATIONS_INVALID', `There is nothing to run in ${title}, ${split}: ${reason}.`, {
    remedy: `\`videomind eval inspect ${benchmark.key} --data DIR\` says what is missing.`,
  });
}

async function writeSubmission(
  reader: EngineSupervisor,
  folder: RunFolder,
  signal: AbortSignal,
): Promise<void> {
  const predictionsPath = folder.predictionsFolder;
  const { text } = await reader.call('evalExport', { predictionsPath, form: 'qvhighlights' }, { signal });
  await folder.finishSubmission(text);
}
