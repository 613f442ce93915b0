import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { ParamsInput } from '../../../native-models/protocol/methods.ts';
import {
  reasonerRequestSchema,
  toolsRequestSchema,
} from '../../../native-models/protocol/reasoner-request.ts';
import { reportRequest } from './report-request.ts';
import { askedFacts, readRunDescription, readRunDescriptions } from './run-folder.ts';
import type { RunDescription } from './run-folder.ts';
import { runBenchmarkName } from './run-settings.ts';

type Request = ParamsInput<'evalTable'>;
type Facts = Readonly<Record<string, unknown>>;

/** A run to tabulate. */
interface FoundRun {
  readonly folder: string;
  readonly description: RunDescription;
}

/**
 * What to tabulate of folders: of each run a row, of a sweep's folder all of its runs. Runs that differ in nothing but the seed
 * share a row. Rows are named by what they differ in.
 *
 * @throws EngineError PREDICTIONS_NOT_FOUND; ARGUMENT_INVALID for runs of several benchmarks or splits
 */
export async function tableRequest(folders: readonly string[]): Promise<Request> {
  const runs: FoundRun[] = [];
  for (const folder of folders) {
    for (const found of await runFolders(folder)) {
      if (!runs.some((run) => run.folder === found.folder)) runs.push(found);
    }
  }
  const kinds = new Set(runs.map(({ description }) => `${description.title}, ${description.split}`));
  if (kinds.size > 1) {
    throw new EngineError('ARGUMENT_INVALID', `The runs are of ${[...kinds].join(' and ')}.`, {
      remedy: 'Make one table for each.',
    });
  }
  const rows = [...Map.groupBy(runs, ({ description }) => JSON.stringify(sortedFacts(description))).values()];
  const names = rowNames(rows);
  const [first] = runs;
  return {
    benchmark: first === undefined ? 'generic' : runBenchmarkName(first.description.settings),
    ...(first === undefined ? {} : { title: `${first.description.title}, ${first.description.split}` }),
    rows: await Promise.all(
      rows.map(async (row, index) => ({
        name: names[index] ?? '',
        runs: await Promise.all(
          row.map(async ({ folder }) => {
            const { predictionsPath, verdictsPath, metricValuesPath, facts } = await reportRequest(
              folder,
              {},
            );
            return { predictionsPath, verdictsPath, metricValuesPath, facts };
          }),
        ),
      })),
    ),
  };
}

async function runFolders(folder: string): Promise<FoundRun[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const below: FoundRun[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const inside = path.join(folder, entry.name);
    const description = await firstDescription(inside);
    if (description !== undefined) below.push({ folder: inside, description });
  }
  if (below.length > 0) return below.sort((a, b) => (a.folder < b.folder ? -1 : 1));
  const [description] = await readRunDescriptions(folder);
  return description === undefined ? [] : [{ folder, description }];
}

async function firstDescription(folder: string): Promise<RunDescription | undefined> {
  const whole = await readRunDescription(path.join(folder, 'run.json'));
  return whole ?? readRunDescription(path.join(folder, 'run_0.json'));
}

/** What a run is, but for its seed, its place and its shard. */
function sortedFacts(description: RunDescription): Facts {
  const { model } = description;
  const { reasoner, ...settings } = askedFacts(description);
  const flat = {
    model: model.name,
    checksum: model.checksum,
    ...settings,
    // What was left out is as it would have been said: a row that says it differs in nothing.
    ...reasonerRequestSchema.parse(reasoner ?? {}),
    ...{ shard: undefined, seed: undefined, limit: undefined },
  };
  return Object.fromEntries(Object.entries(flat).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The model where models differ, and each setting that is not the same in all rows. */
function rowNames(rows: readonly (readonly FoundRun[])[]): string[] {
  const facts = rows.flatMap(([run]) => (run === undefined ? [] : [sortedFacts(run.description)]));
  const keys = [...new Set(facts.flatMap((one) => Object.keys(one)))].filter(
    (key) => new Set(facts.map((one) => JSON.stringify(one[key]))).size > 1,
  );
  const shown = keys.filter((key) => key !== 'model' && key !== 'checksum' && key !== 'benchmark');
  const names = facts.map((one) =>
    [
      ...(keys.includes('checksum') || shown.length === 0 ? [String(one['model'])] : []),
      ...shown.map((key) => `${key}=${key === 'tools' ? toolsText(one[key]) : factText(one[key])}`),
    ].join(', '),
  );
  // Two packages may bear one name: their folders tell them apart.
  return names.map((name, index) => {
    const isShared = names.filter((other) => other === name).length > 1;
    return isShared ? `${name} (${path.basename(rows[index]?.[0]?.folder ?? '')})` : name;
  });
}

/** Tools by the name of their protocol: the whole of it would fill a page. */
function toolsText(tools: unknown): string {
  const asked = toolsRequestSchema.safeParse(tools);
  if (!asked.success) return 'none';
  const { protocol, packagePath } = asked.data;
  return [protocolName(protocol), ...(packagePath === undefined ? [] : [path.basename(packagePath)])].join(
    '+',
  );
}

function protocolName(protocol: string): string {
  try {
    const { name } = JSON.parse(protocol) as { readonly name?: unknown };
    if (typeof name === 'string' && name !== '') return name;
  } catch {
    // What it was asked with is in run.json; here only a name is wanted.
  }
  return 'unnamed';
}

function factText(value: unknown): string {
  if (value === undefined) return 'as packaged';
  if (Array.isArray(value)) return value.join('+');
  return JSON.stringify(value).replace(/^"|"$/g, '');
}
