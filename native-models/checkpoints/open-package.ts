import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Network, RoleWeights, VisionAdapters } from '../architectures/architecture-family.ts';
import { EngineError } from '../protocol/errors.ts';
import type { DeviceRequest, Role, RuntimeName } from '../protocol/roles.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import { chooseDevice, cpuInstead } from '../runtime/providers.ts';
import type { Runtime, Session } from '../runtime/runtime.ts';
import { openEmbeddings, type EmbeddingTable } from './embedding-table.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { Manifest } from './manifest.ts';
import { fileChecksums, openGraphs } from './open-graphs.ts';
import { packageFiles } from './package-layout.ts';
import { readSampling } from './checkpoint-sampling.ts';
import { readPackageNetwork } from './package-network.ts';
import { readManifest } from './read-manifest.ts';
import { RoleAdapters } from './role-adapters.ts';
import { compileChatTemplate } from './text/chat-template.ts';
import { loadTokenizer } from './text/tokenizer.ts';

export interface OpenOptions {
  readonly device?: DeviceRequest;
  /** The binding to compute through; absent: whichever the device needs. */
  readonly runtime?: RuntimeName | undefined;
  readonly threads?: number | undefined;
  /** Why nothing but the processor is to be used, where a device failed before. */
  readonly distrust?: string | undefined;
  /** Folder for prepacked weights of this machine; absent: weights are prepared anew at each start. */
  readonly prepackedFolder?: string | undefined;
}

/**
 * Loads a model package: the trunk and the vision tower at once, vocabulary heads when a role first needs them.
 * @throws EngineError FOLDER_NOT_FOUND, NOT_A_PACKAGE, PACKAGE_VERSION, PACKAGE_DAMAGED, CONFIG_INVALID,
 * TOKENIZER_INVALID, OUT_OF_MEMORY.
 */
export async function openPackage(path: string, options: OpenOptions = {}): Promise<LoadedModel> {
  const folder = resolve(path);
  const manifest = await readManifest(folder);
  const { network, sources, groundingHeadConfig } = readPackageNetwork(manifest, folder);
  const request = options.device ?? 'auto';
  const choice =
    options.distrust === undefined || request === 'cpu'
      ? await chooseDevice(request, manifest.precision, {
          runtime: options.runtime,
          neededBytes: deviceBytes(manifest),
        })
      : cpuInstead(request, options.distrust, options.runtime);
  const [{ runtime, device, decoder, vision, groundingHead }, adapters, embeddings] = await Promise.all([
    openGraphs(folder, manifest, groundingHeadConfig, choice, (chosen) =>
      createRuntime(chosen, { threads: options.threads, prepackedFolder: options.prepackedFolder }),
    ),
    openAdapters(folder, manifest),
    loadEmbeddings(folder, manifest, network),
  ]);
  const heads = new HeadSessions(folder, manifest, runtime);
  return {
    name: manifest.name,
    path: folder,
    checksum: manifest.checksum,
    precision: manifest.precision,
    device: runtime.device,
    deviceName: device.deviceName,
    runtime: device.runtime,
    deviceReason: device.reason,
    heed: (signal) => runtime.heed?.(signal),
    roles: manifest.roles,
    toy: manifest.toy ?? false,
    promptSet: manifest.promptSet,
    promptSource: manifest.promptSource,
    reasoner: manifest.reasoner,
    network: network.shape,
    family: network.traits,
    checkpointSampling: readSampling(sources.generation ?? {}),
    vision: network.createVisionEncoder(vision, visionAdapters(manifest, adapters, vision)),
    language: network.createLanguageModel(decoder, roleWeights(adapters, embeddings, heads, decoder)),
    groundingHead,
    tokenizer: await loadTokenizer({ tokenizerPath: join(folder, packageFiles.tokenizer) }),
    chatTemplate: compileChatTemplate(await readFile(join(folder, packageFiles.chatTemplate), 'utf8')),
    warnings: [...limitWarnings(manifest), ...promptWarnings(manifest), ...device.warnings],
    async dispose() {
      await Promise.all([decoder.release(), vision.release(), heads.release()]);
      for (const table of Object.values(embeddings)) await table.close();
    },
  };
}

/** What keys and values, features and a run's own values take on a device beside the weights, in bytes. */
const workingBytes = 1e9;

/** Memory that a package takes on a device, estimated from its files. */
function deviceBytes({ files }: Manifest): number {
  return files.reduce((sum, { bytes }) => sum + bytes, workingBytes);
}

function openAdapters(folder: string, manifest: Manifest): Promise<RoleAdapters> {
  const files = Object.entries(manifest.adapters).map(
    ([role, { file }]) => [role, join(folder, file)] as const,
  );
  return RoleAdapters.open(Object.fromEntries(files));
}

async function loadEmbeddings(
  folder: string,
  manifest: Manifest,
  network: Network,
): Promise<Record<string, EmbeddingTable>> {
  const tables: Record<string, EmbeddingTable> = {};
  for (const [name, file] of Object.entries(manifest.embeddings)) {
    tables[name] = await openEmbeddings(join(folder, file), network.shape.hiddenSize);
  }
  return tables;
}

/** Vocabulary heads are loaded when first used: an ask without the verifier never pays for its head. */
class HeadSessions {
  readonly #folder: string;
  readonly #manifest: Manifest;
  readonly #runtime: Runtime;
  readonly #sessions = new Map<string, Promise<Session>>();

  constructor(folder: string, manifest: Manifest, runtime: Runtime) {
    this.#folder = folder;
    this.#manifest = manifest;
    this.#runtime = runtime;
  }

  get(role: Role): Promise<Session> {
    const name = this.#manifest.heads[role] === undefined ? 'base' : role;
    const known = this.#sessions.get(name);
    if (known !== undefined) return known;
    const file = this.#manifest.heads[name];
    if (file === undefined)
      throw new EngineError('PACKAGE_DAMAGED', 'manifest.json names no vocabulary head.');
    const session = this.#runtime.createSession(join(this.#folder, file), {
      prepackedKey: fileChecksums(this.#manifest, file),
    });
    this.#sessions.set(name, session);
    return session;
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
  }
}

function roleWeights(
  adapters: RoleAdapters,
  embeddings: Record<string, EmbeddingTable>,
  heads: HeadSessions,
  decoder: Session,
): RoleWeights {
  const inputs = RoleAdapters.inputsOf(decoder.inputNames);
  return {
    adapterFeeds: (role) => adapters.feeds(role, inputs),
    embed: (role, tokenIds) => {
      const table = embeddings[role] ?? embeddings['base'];
      if (table === undefined) throw new EngineError('PACKAGE_DAMAGED', 'manifest.json names no embeddings.');
      return table.lookUp(tokenIds);
    },
    head: (role) => heads.get(role),
  };
}

function visionAdapters(manifest: Manifest, adapters: RoleAdapters, vision: Session): VisionAdapters {
  const inputs = RoleAdapters.inputsOf(vision.inputNames);
  return {
    feeds: (role) => adapters.feeds(role, inputs),
    // Without adapters of the tower all roles share their features.
    key: (role) => (inputs.length > 0 ? `${manifest.checksum}:${role}` : manifest.checksum),
  };
}

/** A model that knows one small world answers everything as if it were of that world. */
function limitWarnings({ limits }: Manifest): LoadedModel['warnings'] {
  return limits === undefined ? [] : [{ code: 'MODEL_LIMITED', message: limits }];
}

function promptWarnings(manifest: Manifest): LoadedModel['warnings'] {
  if (manifest.promptSource !== 'built-in' || manifest.reasoner !== undefined) return [];
  return [
    {
      code: 'PROMPTS_BUILT_IN',
      message:
        'This package was made without the prompts that the checkpoint was trained with; answers may be worse.',
    },
  ];
}
