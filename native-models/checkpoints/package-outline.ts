import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { NetworkMemory } from '../architectures/architecture-family.ts';
import type { LoadedModel } from './loaded-model.ts';
import { packageFiles } from './package-layout.ts';
import { readPackageNetwork } from './package-network.ts';
import { readManifest } from './read-manifest.ts';
import { compileChatTemplate } from './text/chat-template.ts';
import { loadTokenizer } from './text/tokenizer.ts';

/** What of a model its prompts are written and its frames are chosen with. */
export type PromptedModel = Pick<
  LoadedModel,
  'path' | 'roles' | 'promptSet' | 'reasoner' | 'network' | 'family' | 'tokenizer' | 'chatTemplate'
>;

/** A package without its weights: enough to say what a question would show and need. */
export interface PackageOutline extends PromptedModel {
  /** Names what the package computes. */
  readonly checksum: string;
  readonly memory: NetworkMemory;
  /** Of what is in memory while the package is open. */
  readonly weightBytes: number;
}

/**
 * Reads a package but for its weights.
 * @throws EngineError FOLDER_NOT_FOUND, NOT_A_PACKAGE, PACKAGE_VERSION, PACKAGE_DAMAGED, CONFIG_INVALID, TOKENIZER_INVALID.
 */
export async function outlinePackage(path: string): Promise<PackageOutline> {
  const folder = resolve(path);
  const manifest = await readManifest(folder);
  const { network } = readPackageNetwork(manifest, folder);
  // Embedding tables stay on the disk.
  const tables = new Set(Object.values(manifest.embeddings));
  const resident = manifest.files.filter((file) => !tables.has(file.path));
  return {
    path: folder,
    checksum: manifest.checksum,
    roles: manifest.roles,
    promptSet: manifest.promptSet,
    reasoner: manifest.reasoner,
    network: network.shape,
    family: network.traits,
    tokenizer: await loadTokenizer({ tokenizerPath: join(folder, packageFiles.tokenizer) }),
    chatTemplate: compileChatTemplate(await readFile(join(folder, packageFiles.chatTemplate), 'utf8')),
    memory: network.memory,
    weightBytes: resident.reduce((sum, file) => sum + file.bytes, 0),
  };
}
