import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { makeFolder } from '../files/make-folder.ts';
import { usualMaxTokens } from '../../../native-models/protocol/eval-run.ts';
import { evalSettingsSchema, tallySchema } from '../../../native-models/protocol/eval-sample.ts';
import { splitSchema } from '../../../native-models/protocol/eval-task.ts';
import { requireWritable, writeAtomically } from '../files/write-atomically.ts';
import { writePiecesAtomically } from '../files/write-pieces-atomically.ts';
import { ResultJournal } from './result-journal.ts';
import { askedTask, runModelSchema, runSettingsSchema } from './run-settings.ts';
import type { Shard } from './run-settings.ts';
import { RunLock } from './run-lock.ts';

/** What is known of a run before its first sample: `run.json` of its folder, one per shard. */
export const runDescriptionSchema = z.object({
  schemaVersion: z.literal(1),
  title: z.string(),
  split: splitSchema,
  settings: runSettingsSchema,
  benchmarkSettings: evalSettingsSchema,
  model: runModelSchema,
  samples: z.number().int(),
  /** Annotations that cannot be run, of those that a data set's definition does not leave out. */
  skipped: z.number().int(),
  /** What is odd about samples that are run all the same, or was supposed of their files; absent in older runs. */
  notes: z.array(tallySchema).readonly().optional(),
  /** Whose frames and tokens the answerer sees; `differ`: the benchmark's, where the package was made for others. */
  budgets: z.enum(['package', 'benchmark', 'differ']).optional(),
  /** What computed it, and when it was begun (ISO 8601, UTC). */
  provenance: z
    .object({
      programVersion: z.string(),
      begunAt: z.string(),
      processor: z.string(),
      threads: z.number().int(),
      /** Operating system and architecture; memory in bytes. */
      system: z.string().optional(),
      memoryBytes: z.number().optional(),
    })
    .optional(),
  /** Samples that the split has, where a limit leaves some out. */
  available: z.number().int().optional(),
});
export type RunDescription = z.infer<typeof runDescriptionSchema>;

/** What a run, its reports and its judge write into a folder. */
const ownNames =
  /^(run(_\d+)?\.(json|lock)|results(_\d+)?\.jsonl|predictions|submission|report\.(html|csv|json)|(verdicts|metrics)\.jsonl|\..*|.*\.tmp.*)$/;

/** Where the parts of a run lie: `predictions/` holds the finished shards, in the reference's dump format. */
export class RunFolder {
  readonly path: string;
  readonly #suffix: string;

  constructor(folder: string, { index, of }: Shard) {
    this.path = folder;
    this.#suffix = of === 1 ? '' : `_${index}`;
  }

  get descriptionPath(): string {
    return path.join(this.path, `run${this.#suffix}.json`);
  }

  get journalPath(): string {
    return path.join(this.path, `results${this.#suffix}.jsonl`);
  }

  get predictionsPath(): string {
    return path.join(this.path, 'predictions', `output${this.#suffix}.json`);
  }

  get predictionsFolder(): string {
    return path.dirname(this.predictionsPath);
  }

  get submissionPath(): string {
    return path.join(this.path, 'submission', `output${this.#suffix}.jsonl`);
  }

  /**
   * Begins a run here, or goes on with the one that was begun.
   * @returns true where results of it are here
   * @throws EngineError OUTPUT_EXISTS where a run of other settings is here, naming what differs; OUTPUT_UNWRITABLE
   */
  async begin(description: RunDescription): Promise<boolean> {
    const present = await readdir(this.path).catch(() => []);
    refuseForeign(this.path, present);
    makeFolder(path.join(this.path, 'predictions'));
    await requireWritable(this.descriptionPath);
    const begun = await readRunDescription(this.descriptionPath);
    if (begun !== undefined) {
      refuseOther(this.path, begun, description);
      // A higher limit, or another way of scoring, goes on with what is there, and the folder says it from now on.
      const { limit, task } = begun.settings;
      const isSame =
        limit === description.settings.limit && isDeepStrictEqual(task, description.settings.task);
      if (!isSame) await this.#describe(description);
      return true;
    }
    const others = present.filter((name) => /^run(_\d+)?\.json$/.test(name));
    for (const name of others) {
      const other = await readRunDescription(path.join(this.path, name));
      if (other !== undefined) refuseOtherShards(this.path, other, description);
    }
    await this.#describe(description);
    return false;
  }

  #describe(description: RunDescription): Promise<void> {
    return writeAtomically(this.descriptionPath, `${JSON.stringify(description, undefined, 2)}\n`);
  }

  openJournal(): Promise<ResultJournal> {
    return ResultJournal.open(this.journalPath);
  }

  /** Takes this shard for this process. @throws EngineError OUTPUT_EXISTS where another process has it */
  lock(): Promise<RunLock> {
    return RunLock.take(path.join(this.path, `run${this.#suffix}.lock`));
  }

  /** Writes the finished predictions in the loader's order: the same bytes however the run went. */
  async finish(journal: ResultJournal): Promise<void> {
    await writePiecesAtomically(this.predictionsPath, listPieces(journal));
  }

  /** Writes the submission of QVHighlights' server beside the predictions. */
  async finishSubmission(text: string): Promise<void> {
    makeFolder(path.dirname(this.submissionPath));
    await writeAtomically(this.submissionPath, text);
  }
}

async function* listPieces(journal: ResultJournal): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const { prediction } of journal.inOrder()) {
    yield separator + JSON.stringify(prediction);
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

/** The descriptions of all shards in a run's folder. @throws EngineError PREDICTIONS_NOT_FOUND where there is none */
export async function readRunDescriptions(folder: string): Promise<RunDescription[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => /^run(_\d+)?\.json$/.test(name))
      .sort()
      .map((name) => readRunDescription(path.join(folder, name))),
  );
  const descriptions = found.flatMap((description) => description ?? []);
  if (descriptions.length > 0) return descriptions;
  throw new EngineError('PREDICTIONS_NOT_FOUND', `${folder} holds no run.`, {
    remedy:
      'Give the folder that was named with `eval run --out`, or say with --benchmark whose predictions they are.',
  });
}

/** A description, undefined where the file is not there. @throws EngineError OUTPUT_EXISTS for one that cannot be read */
export async function readRunDescription(filePath: string): Promise<RunDescription | undefined> {
  const text = await readFile(filePath, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return runDescriptionSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EngineError(
      'OUTPUT_EXISTS',
      `${filePath} is no description of a run that this version reads.`,
      {
        remedy: 'Choose another folder with --out.',
        cause,
      },
    );
  }
}

/** A folder of other things is never written into: a run's files among a person's videos would be hard to tell apart. */
function refuseForeign(folder: string, present: readonly string[]): void {
  const foreign = present.filter((name) => !ownNames.test(name));
  if (foreign.length === 0) return;
  const named = foreign.slice(0, 3).join(', ');
  throw new EngineError(
    'OUTPUT_EXISTS',
    `${folder} holds other things: ${named}${foreign.length > 3 ? ', …' : ''}.`,
    { remedy: 'Choose an empty folder, or one of a run, with --out.' },
  );
}

/** Only these may differ when a run goes on: where its videos lie, what it is computed on, and a limit that is raised. */
function refuseOther(folder: string, begun: RunDescription, asked: RunDescription): void {
  const isRaised = (asked.settings.limit ?? Infinity) > (begun.settings.limit ?? Infinity);
  // Videos that were missing are there now.
  const isCompleted =
    asked.samples > begun.samples && asked.samples + asked.skipped === begun.samples + begun.skipped;
  const facts = (one: RunDescription): Readonly<Record<string, unknown>> => ({
    ...askedFacts(one),
    split: one.split,
    model: one.model.checksum,
    ...(isRaised ? { limit: undefined } : {}),
    ...(isRaised || isCompleted ? {} : { samples: one.samples, skipped: one.skipped }),
  });
  refuseDifferences(folder, facts(begun), facts(asked));
}

/** How a run's samples are asked. Where its data lie is left out; earlier versions left out what was as usual. */
export function askedFacts({
  settings,
  model,
}: Pick<RunDescription, 'settings' | 'model'>): Readonly<Record<string, unknown>> {
  const maxTokens = settings.maxTokens ?? (model.reasons ? undefined : usualMaxTokens);
  // Whether truth may be withheld is a permission, no way of asking.
  return {
    ...settings,
    task: askedTask(settings.task),
    ...{ dataDir: undefined, allowWithheldTruth: undefined, maxTokens },
  };
}

function refuseOtherShards(folder: string, begun: RunDescription, asked: RunDescription): void {
  const facts = (one: RunDescription): Readonly<Record<string, unknown>> => ({
    ...askedFacts(one),
    shard: one.settings.shard.of,
  });
  refuseDifferences(folder, facts(begun), facts(asked));
}

function refuseDifferences(
  folder: string,
  begun: Readonly<Record<string, unknown>>,
  asked: Readonly<Record<string, unknown>>,
): void {
  const names = [...new Set([...Object.keys(begun), ...Object.keys(asked)])];
  const different = names.filter((name) => JSON.stringify(begun[name]) !== JSON.stringify(asked[name]));
  if (different.length === 0) return;
  const list = different.map((name) =>
    name === 'task'
      ? 'its task read or asked its samples otherwise'
      : `${name} was ${valueText(begun[name])} and is ${valueText(asked[name])}`,
  );
  throw new EngineError('OUTPUT_EXISTS', `${folder} holds another run: ${list.join('; ')}.`, {
    remedy: 'Go on with the settings that it was begun with, or choose another folder with --out.',
    details: { different },
  });
}

function valueText(value: unknown): string {
  return value === undefined ? 'not given' : JSON.stringify(value);
}
