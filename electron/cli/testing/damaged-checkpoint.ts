import { cp, open, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { otherPackPath, packPath } from './imported-pack.ts';

/** A copy of the reference checkpoint that a test may damage. */
export interface CheckpointCopy {
  readonly base: string;
  readonly adapters: string;
}

/** Copies the reference checkpoint into `folder`. */
export async function copyCheckpoint(folder: string): Promise<CheckpointCopy> {
  const copy = { base: path.join(folder, 'base'), adapters: path.join(folder, 'model') };
  await cp(path.join(packPath, 'base'), copy.base, { recursive: true });
  await cp(path.join(packPath, 'model'), copy.adapters, { recursive: true });
  return copy;
}

/** Ways in which a checkpoint can be damaged, by the code that an import of it must fail with. */
export const damages: readonly {
  readonly name: string;
  readonly code: string;
  readonly damage: (copy: CheckpointCopy) => Promise<void>;
}[] = [
  {
    name: 'a missing shard',
    code: 'CHECKPOINT_INCOMPLETE',
    damage: async ({ base }) => rm(path.join(base, (await shards(base))[1] ?? '')),
  },
  {
    name: 'a safetensors header of impossible length',
    code: 'SAFETENSORS_INVALID',
    damage: ({ base }) => overwrite(base, 0, Buffer.from('ffffffffffffff7f', 'hex')),
  },
  {
    name: 'a safetensors header that is not JSON',
    code: 'SAFETENSORS_INVALID',
    damage: ({ base }) => overwrite(base, 8, Buffer.from('not a header')),
  },
  {
    name: 'a safetensors header whose offsets leave the file',
    code: 'SAFETENSORS_INVALID',
    damage: ({ base }) =>
      editHeader(base, (header) =>
        header.replace(/"data_offsets":\s*\[0,\s*\d/, (found) => found.slice(0, -1) + '9'),
      ),
  },
  {
    name: 'a weight file that breaks off',
    code: 'SAFETENSORS_INVALID',
    damage: async ({ base }) => {
      const file = path.join(base, (await shards(base))[0] ?? '');
      await writeFile(file, (await readFile(file)).subarray(0, -1000));
    },
  },
  {
    name: 'NaN among the weights',
    code: 'WEIGHTS_NOT_FINITE',
    damage: async ({ base }) => {
      const file = path.join(base, (await shards(base))[0] ?? '');
      const { size } = await stat(file);
      // bf16 0x7fc0 is NaN; the last element of the file's data.
      await overwrite(base, size - 2, Buffer.from('c07f', 'hex'));
    },
  },
  {
    name: 'adapters of another base',
    code: 'ADAPTER_MISMATCH',
    damage: async ({ adapters }) => {
      await rm(adapters, { recursive: true });
      await cp(path.join(otherPackPath, 'model'), adapters, { recursive: true });
    },
  },
  {
    name: 'an unknown architecture',
    code: 'ARCHITECTURE_UNSUPPORTED',
    damage: ({ base }) =>
      editConfig(base, (config) => ({ ...config, model_type: 'mamba', architectures: ['Mamba'] })),
  },
  {
    name: 'a configuration that is not JSON',
    code: 'CONFIG_INVALID',
    damage: ({ base }) => writeFile(path.join(base, 'config.json'), '{"hidden_size": '),
  },
  {
    name: 'prompts without their placeholder',
    code: 'PROMPT_PLACEHOLDER_MISSING',
    damage: async ({ adapters }) => {
      const file = path.join(adapters, 'prompts.json');
      await writeFile(file, (await readFile(file, 'utf8')).replaceAll(/\{(question|query)\}/g, 'it'));
    },
  },
  {
    name: 'no tokenizer',
    code: 'CHECKPOINT_INCOMPLETE',
    damage: async ({ base, adapters }) => {
      for (const folder of [base, adapters]) await rm(path.join(folder, 'tokenizer.json'));
    },
  },
];

async function shards(base: string): Promise<string[]> {
  return (await readdir(base)).filter((name) => name.endsWith('.safetensors')).sort();
}

/** Overwrites bytes of the first shard. */
async function overwrite(base: string, position: number, bytes: Buffer): Promise<void> {
  const file = await open(path.join(base, (await shards(base))[0] ?? ''), 'r+');
  await file.write(bytes, 0, bytes.length, position);
  await file.close();
}

/** Edits the header of the first shard in place; its length stays. */
async function editHeader(base: string, edit: (header: string) => string): Promise<void> {
  const bytes = await readFile(path.join(base, (await shards(base))[0] ?? ''));
  const length = Number(bytes.readBigUInt64LE());
  const header = bytes.toString('utf8', 8, 8 + length);
  const edited = edit(header);
  if (edited === header || edited.length !== header.length) throw new Error('The header was not edited.');
  await overwrite(base, 8, Buffer.from(edited));
}

async function editConfig(
  base: string,
  edit: (config: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const file = path.join(base, 'config.json');
  await writeFile(
    file,
    JSON.stringify(edit(JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>)),
  );
}
