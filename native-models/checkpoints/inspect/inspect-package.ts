import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdapterSummary, InspectReport } from '../../protocol/inspect-report.ts';
import { roleNames } from '../../protocol/roles.ts';
import { type Manifest, manifestSchema } from '../manifest.ts';
import { packageDevices } from '../package-devices.ts';
import { packageFiles } from '../package-layout.ts';
import { isJsonObject, type JsonObject, readJsonObject } from '../read-file.ts';
import { describeSchemaProblem } from '../schema-problem.ts';
import { countFolderBytes } from './folder-bytes.ts';
import { Problems, summarizeNetwork } from './summaries.ts';

/** A folder with this file is a model package. */
export const manifestFile = packageFiles.manifest;

const importAgain = 'Import the checkpoint again with `videomind import … --force`.';

async function checkFiles(
  folder: string,
  files: readonly { readonly path: string; readonly bytes: number }[],
  problems: Problems,
): Promise<void> {
  for (const file of files) {
    const entry = await stat(join(folder, file.path)).catch(() => undefined);
    if (entry === undefined) problems.add('PACKAGE_DAMAGED', `${file.path} is missing.`);
    else if (entry.size !== file.bytes) {
      problems.add('PACKAGE_DAMAGED', `${file.path} has ${entry.size} bytes instead of ${file.bytes}.`);
    }
  }
}

function summarizePackageAdapters(manifest: Manifest): AdapterSummary[] {
  const summaries: AdapterSummary[] = [];
  for (const role of roleNames) {
    const adapter = manifest.adapters[role];
    if (adapter === undefined) continue;
    summaries.push({
      role,
      rank: [adapter.rank, adapter.rank],
      ownEmbeddings: Object.hasOwn(manifest.embeddings, role),
      ownHead: Object.hasOwn(manifest.heads, role),
    });
  }
  return summaries;
}

/** Describes a model package from its manifest; files are checked by their size, not by their checksum. */
export async function inspectPackage(folder: string): Promise<InspectReport> {
  const problems = new Problems();
  const bytes = await countFolderBytes(folder);
  const json = await problems.attempt(() => readJsonObject(join(folder, manifestFile), 'PACKAGE_DAMAGED'));
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    if (json !== undefined)
      problems.add('PACKAGE_DAMAGED', `${manifestFile}: ${describeSchemaProblem(parsed.error)}`);
    return {
      path: folder,
      kind: 'package',
      summary: 'A model package with a manifest that cannot be read.',
      advice: importAgain,
      roles: [],
      adapters: [],
      groundingHead: false,
      bytes,
      problems: problems.found,
    };
  }
  const manifest = parsed.data;
  await checkFiles(folder, manifest.files, problems);
  const toy = manifest.toy === true ? 'toy ' : '';
  return {
    path: folder,
    kind: 'package',
    summary: `A ${toy}model package: ${manifest.name}, ${manifest.architecture}, ${manifest.precision}${manifest.reasoner === undefined ? '' : ', which reasons aloud'}.`,
    advice:
      problems.found.length > 0 ? importAgain : 'Ask it with `videomind ask VIDEO QUESTION --model DIR`.',
    agent: manifest.reasoner === undefined ? 'chain' : 'reasoner',
    name: manifest.name,
    roles: manifest.roles,
    network: summarizeNetwork(networkConfigOf(manifest), undefined),
    precision: manifest.precision,
    devices: packageDevices(manifest),
    adapters: summarizePackageAdapters(manifest),
    groundingHead: manifest.groundingHead !== undefined,
    promptSource: manifest.promptSource,
    bytes,
    problems: problems.found,
  };
}

/** The base's configuration, which a manifest keeps whole. */
function networkConfigOf({ network, architecture }: Manifest): JsonObject {
  const base = network['base'];
  return { ...(isJsonObject(base) ? base : {}), model_type: architecture };
}
