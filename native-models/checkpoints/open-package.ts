import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Network, RoleWeights } from '../architectures/architecture-family.ts';
import { EngineError } from '../protocol/errors.ts';
import type { Device, DeviceRequest, Role, RuntimeName } from '../protocol/roles.ts';
import { coarsestType } from '../architectures/layers/dialect.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import { chooseDevice, cpuInstead } from '../runtime/providers.ts';
import type { DeviceChoice } from '../runtime/providers.ts';
import type { Runtime, Session } from '../runtime/runtime.ts';
import { DeviceRows } from '../architectures/device-rows.ts';
import { DeviceAdapters } from './device-adapters.ts';
import { openEmbeddings, type EmbeddingTable } from './embedding-table.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { Manifest } from './manifest.ts';
import { openGraphs, type OpenedGraphs } from './open-graphs.ts';
import { packageFiles } from './package-layout.ts';
import { readSampling } from './checkpoint-sampling.ts';
import { readPackageNetwork, type DescribedPackage } from './package-network.ts';
import { readManifest } from './read-manifest.ts';
import { RoleAdapters } from './role-adapters.ts';
import { trustIn } from './self-check/examine-device.ts';
import { openTrusted, type TrustedOpening } from './self-check/open-trusted.ts';
import { compileChatTemplate } from './text/chat-template.ts';
import { loadTokenizer } from './text/tokenizer.ts';

export interface OpenOptions {
  readonly device?: DeviceRequest;
  /** The binding to compute through; absent: whichever the device needs. */
  readonly runtime?: RuntimeName | undefined;
  readonly threads?: number | undefined;
  /** Why nothing but the processor is to be used, where a device failed before. */
  readonly distrust?: string | undefined;
  /** Fail where an operator of the graphs would run on the processor instead of the device (tests). */
  readonly onDeviceOnly?: boolean | undefined;
  /** Treat the processor as if it were this device: its memory as the device's, and graphs as they are written for it (tests). */
  readonly asDevice?: Device | undefined;
  /** Folder for what devices were found to be worth; absent: they are checked each time. */
  readonly verdictsFolder?: string | undefined;
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
  const place = { folder, manifest, ...readPackageNetwork(manifest, folder) };
  const { device: request = 'auto', runtime, distrust, threads, verdictsFolder } = options;
  if (distrust !== undefined && request !== 'cpu')
    return openOn(place, cpuInstead(request, distrust, runtime), options);
  const opening: TrustedOpening = {
    choose: (avoided) =>
      chooseDevice(request, manifest.precision, { runtime, neededBytes: deviceBytes(manifest), avoided }),
    open: (choice) => openOn(place, choice, options),
    ...trustIn(place, { folder: verdictsFolder, threads }),
  };
  return openTrusted(opening, options.onDeviceOnly !== true);
}

/** Opens a package on the device that was chosen, or on the processor where it cannot be opened there. */
async function openOn(
  { folder, manifest, network, sources, groundingHeadConfig }: DescribedPackage,
  choice: DeviceChoice,
  options: OpenOptions,
): Promise<LoadedModel> {
  const adapters = await openAdapters(folder, manifest);
  const [graphs, embeddings] = await Promise.all([
    openGraphs(
      { folder, manifest, network },
      groundingHeadConfig,
      choice,
      (chosen) =>
        createRuntime(chosen, {
          threads: options.threads,
          prepackedFolder: options.prepackedFolder,
          keepsOnDevice: options.asDevice !== undefined,
        }),
      {
        onDeviceOnly: options.onDeviceOnly,
        adapterRank: adapters.largestRank,
        asDevice: options.asDevice,
      },
    ),
    loadEmbeddings(folder, manifest, network),
  ]);
  const { runtime, device, groundingHead, trunk } = graphs;
  const heads = new HeadSessions(manifest, (file) => graphs.openHead(file));
  const roles = vocabularies(embeddings, heads);
  const parts =
    trunk.place === 'device'
      ? createOnDevice(
          network,
          manifest,
          { runtime, onDeviceOnly: options.onDeviceOnly },
          trunk,
          adapters,
          roles,
        )
      : createInMemory(network, manifest, trunk, adapters, roles);
  return {
    name: manifest.name,
    path: folder,
    checksum: manifest.checksum,
    precision: manifest.precision,
    device: runtime.device,
    coarsest:
      trunk.place === 'device' ? coarsestType(options.asDevice ?? runtime.device, trunk.dialect) : 'float32',
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
    vision: parts.vision,
    language: parts.language,
    transfers: () => runtime.transfers,
    groundingHead,
    tokenizer: await loadTokenizer({ tokenizerPath: join(folder, packageFiles.tokenizer) }),
    chatTemplate: compileChatTemplate(await readFile(join(folder, packageFiles.chatTemplate), 'utf8')),
    warnings: [...limitWarnings(manifest), ...promptWarnings(manifest), ...device.warnings],
    async dispose() {
      await Promise.all([graphs.release(), heads.release()]);
      await parts.release();
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
  readonly #manifest: Manifest;
  readonly #open: (file: string) => Promise<Session>;
  readonly #sessions = new Map<string, Promise<Session>>();

  constructor(manifest: Manifest, open: (file: string) => Promise<Session>) {
    this.#manifest = manifest;
    this.#open = open;
  }

  get(role: Role): Promise<Session> {
    const name = this.#manifest.heads[role] === undefined ? 'base' : role;
    const known = this.#sessions.get(name);
    if (known !== undefined) return known;
    const file = this.#manifest.heads[name];
    if (file === undefined)
      throw new EngineError('PACKAGE_DAMAGED', 'manifest.json names no vocabulary head.');
    const session = this.#open(file);
    this.#sessions.set(name, session);
    return session;
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
  }
}

/** Embeddings and vocabulary heads of the roles. */
type Vocabularies = Omit<RoleWeights, 'adapterFeeds'>;

function vocabularies(embeddings: Record<string, EmbeddingTable>, heads: HeadSessions): Vocabularies {
  return {
    embed: (role, tokenIds) => {
      const table = embeddings[role] ?? embeddings['base'];
      if (table === undefined) throw new EngineError('PACKAGE_DAMAGED', 'manifest.json names no embeddings.');
      return table.lookUp(tokenIds);
    },
    head: (role) => heads.get(role),
  };
}

/** Tower and decoder at work, and what gives back what they hold beside their graphs. */
type WorkingParts = Pick<LoadedModel, 'vision' | 'language'> & { release(): Promise<void> };

type TrunkIn<Place extends 'memory' | 'device'> = Extract<OpenedGraphs['trunk'], { readonly place: Place }>;

function createInMemory(
  network: Network,
  manifest: Manifest,
  { decoder, vision }: TrunkIn<'memory'>,
  adapters: RoleAdapters,
  roles: Vocabularies,
): WorkingParts {
  const [trunkInputs, towerInputs] = [decoder, vision].map(({ inputNames }) =>
    RoleAdapters.inputsOf(inputNames),
  ) as [string[], string[]];
  return {
    vision: network.createVisionEncoder(vision, {
      feeds: (role) => adapters.feeds(role, towerInputs),
      key: towerKey(manifest, towerInputs),
    }),
    language: network.createLanguageModel(decoder, {
      ...roles,
      adapterFeeds: (role) => adapters.feeds(role, trunkInputs),
    }),
    release: () => Promise.resolve(),
  };
}

function createOnDevice(
  network: Network,
  manifest: Manifest,
  { runtime, onDeviceOnly }: { readonly runtime: Runtime } & Pick<OpenOptions, 'onDeviceOnly'>,
  { decoder, vision, memory, dialect }: TrunkIn<'device'>,
  adapters: RoleAdapters,
  roles: Vocabularies,
): WorkingParts {
  const form = {
    type: dialect.activations,
    rank: dialect.name === 'plain' ? adapters.largestRank : undefined,
  };
  const trunk = new DeviceAdapters(adapters, decoder.adapterInputs, memory, form);
  const tower = new DeviceAdapters(adapters, vision.adapterInputs, memory, form);
  const rows = new DeviceRows(runtime, memory, network.shape.hiddenSize, onDeviceOnly);
  const parts = network.createOnDevice({
    rows,
    dialect,
    tower: vision,
    towerAdapters: { feeds: (role) => tower.feeds(role), key: towerKey(manifest, vision.adapterInputs) },
    trunk: decoder,
    roles: { ...roles, adapterFeeds: (role) => trunk.feeds(role) },
  });
  return {
    ...parts,
    async release() {
      trunk.release();
      tower.release();
      await rows.release();
    },
  };
}

/** Names what features depend on: without adapters of the tower all roles share theirs. */
function towerKey(manifest: Manifest, adapterInputs: readonly string[]): (role: Role) => string {
  return (role) => (adapterInputs.length > 0 ? `${manifest.checksum}:${role}` : manifest.checksum);
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
