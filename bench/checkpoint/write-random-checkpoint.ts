import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  adapterConfig,
  baseConfig,
  generationConfig,
  preprocessorConfig,
  videoMindConfig,
} from './config-files.ts';
import { checkpointShapes, isCheckpointShapeName, type CheckpointShape } from './network-shape.ts';
import { benchmarkPromptSet } from './prompt-set.ts';
import {
  baseSpecialTokens,
  randomVocabulary,
  tokenizerFiles,
  videoMindSpecialTokens,
} from './random-tokenizer.ts';
import { RandomValues, type Outliers } from './random-values.ts';
import { shardIndex, shardTensors, writeSafetensors } from './safetensors-writer.ts';
import { adapterTensors, baseTensors, groundingHeadTensors } from './tensor-list.ts';

/** What to write, and from which random numbers. */
export interface RandomCheckpointOptions {
  readonly shape: CheckpointShape;
  /** Default 1. The same seed gives the same bytes. */
  readonly seed?: number;
  /** Channels with large norm weights; default 6 channels ×20, none with `channels: 0`. */
  readonly outliers?: Outliers;
  /** Default 4 GB. */
  readonly maxShardBytes?: number;
}

/** Folders of a written checkpoint: what `import --base … --adapters …` takes. */
export interface WrittenCheckpoint {
  readonly basePath: string;
  readonly adaptersPath: string;
}

const adapterRoles = [
  { role: 'planner', ownEmbeddings: false },
  { role: 'grounder', ownEmbeddings: true },
  { role: 'verifier', ownEmbeddings: true },
] as const;

/** Where the folders of a checkpoint at `path` are. */
export function checkpointFolders(path: string): WrittenCheckpoint {
  return { basePath: join(path, 'base'), adaptersPath: join(path, 'videomind') };
}

/**
 * Writes a checkpoint of random weights in the published VideoMind layout: `base/` in Hugging Face form and
 * `videomind/` with tokenizer, prompts, three adapters and the grounding head. It speaks nonsense, but costs what the
 * real one costs. The folder appears under its name only when it is complete.
 */
export async function writeRandomCheckpoint(
  path: string,
  options: RandomCheckpointOptions,
): Promise<WrittenCheckpoint> {
  const { shape } = options;
  const values = new RandomValues(options.seed ?? 1, options.outliers ?? { channels: 6, factor: 20 });
  const unfinished = join(dirname(path), `.${basename(path)}-unfinished`);
  await rm(unfinished, { recursive: true, force: true });
  const folders = checkpointFolders(unfinished);
  const vocabulary = randomVocabulary(Object.values(benchmarkPromptSet.prompts));
  const shared = {
    'preprocessor_config.json': json(preprocessorConfig(shape)),
    'generation_config.json': json(generationConfig()),
  };

  const shards = shardTensors(baseTensors(shape), options.maxShardBytes ?? 4e9);
  await writeTextFiles(folders.basePath, {
    ...shared,
    ...tokenizerFiles(vocabulary, baseSpecialTokens),
    'config.json': json(baseConfig(shape)),
    'model.safetensors.index.json': json(shardIndex(shards)),
  });
  for (const shard of shards) {
    await writeSafetensors(join(folders.basePath, shard.file), shard.tensors, values);
  }

  await writeTextFiles(folders.adaptersPath, {
    ...shared,
    ...tokenizerFiles(vocabulary, [...baseSpecialTokens, ...videoMindSpecialTokens]),
    'config.json': json(videoMindConfig(shape, join('..', basename(folders.basePath)))),
    'prompts.json': json(benchmarkPromptSet),
  });
  await writeSafetensors(
    join(folders.adaptersPath, 'pytorch_model.safetensors'),
    groundingHeadTensors(shape),
    values,
  );
  for (const [index, { role, ownEmbeddings }] of adapterRoles.entries()) {
    const folder = join(folders.adaptersPath, role);
    await writeTextFiles(folder, { 'adapter_config.json': json(adapterConfig(shape, ownEmbeddings)) });
    // Roles differ: each draws from a seed of its own.
    const roleValues = new RandomValues((options.seed ?? 1) + 1 + index, { channels: 0, factor: 1 });
    await writeSafetensors(
      join(folder, 'adapter_model.safetensors'),
      adapterTensors(shape, ownEmbeddings),
      roleValues,
    );
  }
  await rename(unfinished, path);
  return checkpointFolders(path);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

async function writeTextFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      shape: { type: 'string', default: '2b' },
      seed: { type: 'string', default: '1' },
      'no-outliers': { type: 'boolean', default: false },
    },
  });
  const [path] = positionals;
  if (path === undefined || !isCheckpointShapeName(values.shape)) {
    console.error(
      `Usage: write-random-checkpoint.ts FOLDER [--shape ${Object.keys(checkpointShapes).join('|')}] ` +
        '[--seed N] [--no-outliers]',
    );
    process.exit(2);
  }
  await writeRandomCheckpoint(resolve(process.env['INIT_CWD'] ?? '.', path), {
    shape: checkpointShapes[values.shape],
    seed: Number(values.seed),
    ...(values['no-outliers'] ? { outliers: { channels: 0, factor: 1 } } : {}),
  });
}
