import { createHash } from 'node:crypto';
import { open, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ConfigSources } from '../../architectures/architecture-family.ts';
import type { Precision } from '../../protocol/roles.ts';
import type { Checkpoint } from '../checkpoint.ts';
import type { Manifest } from '../manifest.ts';
import { packageDevices } from '../package-devices.ts';
import { packageFiles } from '../package-layout.ts';
import type { ConversionPool } from './worker-pool.ts';

/** What a package is made from, and how. */
export interface PackageOrigin {
  readonly checkpoint: Checkpoint;
  readonly sources: ConfigSources;
  readonly precision: Precision;
  readonly name: string;
}

/** The files of a package's parts, and what its grounding head measures. */
export interface ConvertedParts {
  readonly embeddings: Record<string, string>;
  readonly heads: Record<string, string>;
  readonly adapters: Manifest['adapters'];
  readonly groundingHead: Record<string, number> | undefined;
  /** Graphs whose integer weights are all pair-limited. */
  readonly pairLimited: string[];
}

/**
 * Writes manifest.json of a package whose other files are all in `folder`, with the checksums of these files and of what
 * they were made from, and makes everything durable.
 */
export async function writeManifest(
  { checkpoint, sources: configSources, precision, name }: PackageOrigin,
  converted: ConvertedParts,
  folder: string,
  pool: ConversionPool,
): Promise<Manifest> {
  const describe = async (label: string, path: string) => {
    const [{ size }, { sha256 }] = await Promise.all([stat(path), pool.run({ kind: 'hash', file: path })]);
    return { name: label, bytes: size, sha256: sha256 ?? '' };
  };
  const sources = await Promise.all(checkpoint.sources.map((source) => describe(source.name, source.path)));
  const names = (await readdir(folder)).sort();
  const files = await Promise.all(
    names.map(async (file) => {
      const { bytes, sha256 } = await describe(file, join(folder, file));
      return { path: file, bytes, sha256 };
    }),
  );
  const manifest: Manifest = {
    format: 'videomind-package',
    formatVersion: 1,
    name,
    architecture: checkpoint.family.name,
    precision,
    devices: packageDevices({ precision, files }),
    roles: [...checkpoint.roles],
    checksum: checksumOf(
      sources.map(({ sha256 }) => sha256),
      precision,
    ),
    promptSource: checkpoint.promptSource,
    promptSet: checkpoint.promptSet,
    ...(checkpoint.reasoner === undefined ? {} : { reasoner: checkpoint.reasoner }),
    network: { ...configSources, groundingHead: converted.groundingHead },
    adapters: converted.adapters,
    embeddings: converted.embeddings,
    heads: converted.heads,
    ...(converted.groundingHead === undefined ? {} : { groundingHead: packageFiles.groundingHead }),
    ...(names.includes(packageFiles.selfCheck) ? { selfCheck: packageFiles.selfCheck } : {}),
    pairLimited: converted.pairLimited,
    files,
    sources,
    createdBy: 'videomind-desktop',
  };
  for (const file of names) await syncFile(join(folder, file));
  const path = join(folder, packageFiles.manifest);
  await writeFile(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
  await syncFile(path);
  await syncFile(dirname(path)).catch(() => undefined); // not every platform can sync a folder
  return manifest;
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function checksumOf(sourceChecksums: readonly string[], precision: string): string {
  return createHash('sha256')
    .update([...sourceChecksums].sort().join('\n') + precision)
    .digest('hex');
}
