import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, toEngineError } from '../../../native-models/protocol/errors.ts';
import type { Model } from '../contract/models.ts';
import { required, storedError } from '../host-context.ts';
import type { HostContext } from '../host-context.ts';
import type { KnownModel, ModelFacts } from '../store/tables/models.ts';
import { readPackageFacts } from './package-facts.ts';

/** The id of the package that comes with the program. */
export const demoModelId = 'demo';

/** The packages that the program knows of: the bundled demo, those in its folder, and those that a person named. */
export class ModelStore {
  readonly #context: HostContext;
  readonly #demoPath: string;
  #demo: KnownModel | undefined;
  #folder: string;

  /** @param demoPath the package that comes with the program. */
  constructor(context: HostContext, demoPath: string) {
    this.#context = context;
    this.#demoPath = demoPath;
    this.#folder = context.folders.models;
  }

  /** The folder that packages are kept in. */
  get folder(): string {
    return this.#folder;
  }

  /** Reads where packages are kept, and takes in those that were put there by other means, or moved there. */
  async load(): Promise<void> {
    const { store } = this.#context;
    this.#folder = (await store.call('readModelsFolder')) ?? this.#folder;
    const known = await store.call('listKnownModels');
    const moved = known.flatMap(({ id, path: from }) => {
      const there = path.join(this.#folder, path.basename(from));
      return isPackage(from) || !isPackage(there) ? [] : [{ id, path: there }];
    });
    if (moved.length > 0) await store.call('moveModels', { moved, folder: this.#folder });
    const paths = new Set([...known, ...moved].map((model) => model.path));
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const folder = path.join(this.#folder, name);
      if (!name.startsWith('.') && !paths.has(folder) && isPackage(folder)) {
        await this.add(folder).catch((error: unknown) => this.#context.events.notice('warning', error));
      }
    }
  }

  /** All of them, the demo first; what is missing or damaged says so. */
  async list(): Promise<Model[]> {
    const known = await this.#context.store.call('listKnownModels');
    const models = await Promise.all([this.#readDemo(), ...known.map((model) => modelOf(model, false))]);
    return models.filter((model) => model !== undefined);
  }

  /** @throws EngineError NOT_FOUND */
  async find(id: string): Promise<Model> {
    return required(
      (await this.list()).find((model) => model.id === id),
      'model',
    );
  }

  /**
   * Takes a finished package as it lies.
   * @throws EngineError ARGUMENT_INVALID, FOLDER_NOT_FOUND, NOT_A_PACKAGE, PACKAGE_DAMAGED.
   */
  async add(folder: string): Promise<Model> {
    if (!path.isAbsolute(folder)) {
      throw new EngineError('ARGUMENT_INVALID', `"${folder}" is not an absolute path.`);
    }
    const { store, now, newId } = this.#context;
    const location = path.resolve(folder);
    const facts = await readPackageFacts(location);
    const saved = await store.call('saveModel', { id: newId(), path: location, facts, addedAtMs: now() });
    await this.tell();
    return await modelOf(saved, false);
  }

  /**
   * Forgets a package; one in the program's own folder is deleted.
   * @throws EngineError NOT_FOUND, ARGUMENT_INVALID for the demo.
   */
  async remove(id: string): Promise<void> {
    const model = await this.find(id);
    if (model.demo) {
      throw new EngineError('ARGUMENT_INVALID', 'The demo comes with the program and stays.', {
        remedy: 'It takes no room beside the program.',
      });
    }
    await this.#context.store.call('removeModel', { id });
    if (path.dirname(model.path) === this.#folder) await rm(model.path, { recursive: true, force: true });
    await this.tell();
  }

  /** A folder for a new package that is not there yet; its parent is. */
  async newFolder(name: string): Promise<string> {
    await mkdir(this.#folder, { recursive: true });
    for (let number = 1; ; number++) {
      const folder = path.join(this.#folder, number === 1 ? name : `${name}-${number}`);
      if (!existsSync(folder)) return folder;
    }
  }

  /** Packages are kept there from now on. */
  async useFolder(
    folder: string,
    moved: readonly { readonly id: string; readonly path: string }[],
  ): Promise<void> {
    await this.#context.store.call('moveModels', { moved, folder });
    this.#folder = folder;
  }

  /** Tells every window what models there are now. */
  async tell(): Promise<void> {
    this.#context.events.emit({ type: 'modelsChanged', models: await this.list() });
  }

  async #readDemo(): Promise<Model | undefined> {
    try {
      this.#demo ??= {
        id: demoModelId,
        path: this.#demoPath,
        facts: await readPackageFacts(this.#demoPath),
        addedAtMs: 0,
      };
      return await modelOf(this.#demo, true);
    } catch (error) {
      this.#context.events.notice('warning', error);
      return undefined;
    }
  }
}

async function modelOf(known: KnownModel, demo: boolean): Promise<Model> {
  const { id, path: location, addedAtMs } = known;
  const as = (facts: ModelFacts, condition: Pick<Model, 'state' | 'error'>): Model => ({
    ...{ id, path: location, ...facts, ...condition, demo, addedAtMs },
  });
  try {
    return as(await readPackageFacts(location), { state: 'ready' });
  } catch (thrown) {
    const error = toEngineError(thrown);
    const state = ['FOLDER_NOT_FOUND', 'NOT_A_PACKAGE'].includes(error.code) ? 'missing' : 'damaged';
    return as(known.facts, { state, error: storedError(error) });
  }
}

function isPackage(folder: string): boolean {
  return existsSync(path.join(folder, 'manifest.json'));
}
