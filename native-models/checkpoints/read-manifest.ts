import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../protocol/errors.ts';
import { manifestSchema, type Manifest } from './manifest.ts';
import { packageFiles } from './package-layout.ts';
import { isJsonObject } from './read-file.ts';

/** A manifest is a few kilobytes. */
const maxManifestBytes = 16 * 1024 * 1024;

/**
 * Reads a package's manifest and checks that its files are there, of the size that it says.
 * @throws EngineError FOLDER_NOT_FOUND, NOT_A_PACKAGE, PACKAGE_VERSION or PACKAGE_DAMAGED.
 */
export async function readManifest(folder: string): Promise<Manifest> {
  await requireFolder(folder);
  const path = join(folder, packageFiles.manifest);
  const size = await stat(path).then(
    (file) => file.size,
    () => undefined,
  );
  if (size === undefined) {
    const empty = (await readdir(folder)).length === 0;
    throw new EngineError(
      'NOT_A_PACKAGE',
      `${folder} is no model package: ${empty ? 'it is empty' : 'it has no manifest.json'}.`,
    );
  }
  if (size > maxManifestBytes)
    throw new EngineError('PACKAGE_DAMAGED', `${path} has ${size} bytes, far too many.`);
  const manifest = parseManifest(await readFile(path, 'utf8'), path);
  for (const file of manifest.files) await checkFile(folder, file);
  return manifest;
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw new EngineError('FOLDER_NOT_FOUND', `There is no folder ${folder}.`);
  if (!found.isDirectory())
    throw new EngineError('NOT_A_PACKAGE', `${folder} is a file, not a model package.`);
}

function parseManifest(text: string, path: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new EngineError('PACKAGE_DAMAGED', `${path} is not JSON.`, { cause: error });
  }
  if (!isJsonObject(json) || json['format'] !== 'videomind-package') {
    throw new EngineError('NOT_A_PACKAGE', `${path} is not the manifest of a model package.`);
  }
  if (json['formatVersion'] !== 1) {
    throw new EngineError(
      'PACKAGE_VERSION',
      `${path} is of the package format ${String(json['formatVersion'])}, this program reads 1.`,
    );
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new EngineError(
    'PACKAGE_DAMAGED',
    `${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}.`,
  );
}

async function checkFile(folder: string, { path, bytes }: Manifest['files'][number]): Promise<void> {
  if (!/^[\w.-]+$/.test(path) || path.startsWith('..')) {
    throw new EngineError(
      'PACKAGE_DAMAGED',
      `manifest.json names the file "${path}", which cannot be in a package.`,
    );
  }
  const found = await stat(join(folder, path)).catch(() => undefined);
  if (found === undefined) throw new EngineError('PACKAGE_DAMAGED', `${join(folder, path)} is missing.`);
  if (found.size !== bytes) {
    throw new EngineError(
      'PACKAGE_DAMAGED',
      `${join(folder, path)} has ${found.size} bytes instead of ${bytes}.`,
    );
  }
}
