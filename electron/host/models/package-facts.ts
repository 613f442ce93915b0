import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { precisionSchema, roleSchema } from '../../../native-models/protocol/roles.ts';
import type { ModelFacts } from '../store/tables/models.ts';

/** What of a package's manifest.json people are shown; the engine reads all of it, and checks it, when it opens one. */
const manifestSchema = z.object({
  format: z.literal('videomind-package'),
  formatVersion: z.number(),
  name: z.string(),
  architecture: z.string(),
  precision: precisionSchema,
  roles: z.array(roleSchema),
  /** Only models that reason aloud have it. */
  reasoner: z.unknown().optional(),
  files: z.array(z.object({ path: z.string().regex(/^(?!\.\.)[\w.-]+$/), bytes: z.number().nonnegative() })),
});

/** A manifest is a few kilobytes. */
const maxManifestBytes = 16 * 1024 * 1024;

/**
 * Reads what a package is, and checks that its files are there, of the size that it says.
 * @throws EngineError FOLDER_NOT_FOUND, NOT_A_PACKAGE, PACKAGE_DAMAGED.
 */
export async function readPackageFacts(folder: string): Promise<ModelFacts> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true)
    throw new EngineError('FOLDER_NOT_FOUND', `There is no folder ${folder}.`);
  const manifest = await readManifest(folder);
  let bytes = 0;
  for (const file of manifest.files) {
    const size = (await stat(path.join(folder, file.path)).catch(() => undefined))?.size;
    if (size !== file.bytes) {
      const problem = size === undefined ? 'is missing' : `has ${size} bytes instead of ${file.bytes}`;
      throw new EngineError('PACKAGE_DAMAGED', `${path.join(folder, file.path)} ${problem}.`);
    }
    bytes += size;
  }
  // Embedding tables stay on the disk; their rows are read as they are needed.
  const resident = manifest.files.filter((file) => !file.path.startsWith('embeddings-'));
  return {
    name: manifest.name,
    agent: manifest.reasoner === undefined ? 'chain' : 'reasoner',
    roles: manifest.roles,
    precision: manifest.precision,
    architecture: manifest.architecture,
    bytes,
    memoryBytes: resident.reduce((sum, file) => sum + file.bytes, 0),
  };
}

async function readManifest(folder: string): Promise<z.infer<typeof manifestSchema>> {
  const manifestPath = path.join(folder, 'manifest.json');
  const size = (await stat(manifestPath).catch(() => undefined))?.size;
  if (size === undefined) {
    throw new EngineError('NOT_A_PACKAGE', `${folder} is no model package: it has no manifest.json.`);
  }
  if (size > maxManifestBytes) throw new EngineError('PACKAGE_DAMAGED', `${manifestPath} has ${size} bytes.`);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(manifestPath, 'utf8'));
  } catch (cause) {
    throw new EngineError('PACKAGE_DAMAGED', `${manifestPath} is not JSON.`, { cause });
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new EngineError('PACKAGE_DAMAGED', `${manifestPath}: ${z.prettifyError(parsed.error)}`);
}
