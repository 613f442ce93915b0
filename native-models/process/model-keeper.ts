import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Agent } from '../agent/agent.ts';
import type { LoadedModel } from '../checkpoints/loaded-model.ts';
import { EngineError } from '../protocol/errors.ts';
import type { DeviceRequest, RuntimeName } from '../protocol/roles.ts';
import type { EngineParts } from './engine-parts.ts';

/** Which package, and how it is to be run. */
export interface ModelChoice {
  readonly modelPath: string;
  readonly device: DeviceRequest;
  readonly runtime?: RuntimeName | undefined;
  readonly threads?: number | undefined;
}

type OpeningParts = Pick<EngineParts, 'openPackage' | 'createAgent'>;

/** An open package and the agent around it. */
export interface OpenModel {
  readonly model: LoadedModel;
  readonly agent: Agent;
}

interface KeptModel extends OpenModel {
  readonly key: string;
}

/**
 * Keeps the packages of the last question open, with what their agents remember: one, or two where a question needs both.
 * Before another is opened, those that the question does not need are closed: two of them seldom fit into memory. A
 * package that was imported again at the same place is opened again.
 */
export class ModelKeeper {
  readonly #parts: OpeningParts;
  #kept: readonly KeptModel[] = [];
  /** Why devices are no longer used until the process ends. */
  #distrust: string | undefined;

  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  /** Opens the package unless it is open already. @throws EngineError what opening it throws. */
  async open(choice: ModelChoice): Promise<OpenModel> {
    const [opened] = await this.openAll([choice]);
    return opened;
  }

  /** Opens all packages of a question, in order. @throws EngineError what opening them throws. */
  async openAll(choices: readonly ModelChoice[]): Promise<[OpenModel, ...OpenModel[]]> {
    const keys = (await Promise.all(choices.map(keyOf))).map((key) => `${key} ${this.#distrust ?? ''}`);
    const isOpen = (key: string) => this.#kept.some((kept) => kept.key === key);
    if (!keys.every(isOpen)) await this.#closeAllBut(keys);
    const opened: KeptModel[] = [];
    for (const [index, choice] of choices.entries())
      opened.push(await this.#openOne(choice, keys[index] ?? ''));
    const [first, ...others] = opened;
    if (first === undefined) throw new EngineError('INTERNAL', 'No package was named.');
    return [first, ...others];
  }

  /** The package, if it is open. */
  async find(choice: ModelChoice): Promise<OpenModel | undefined> {
    const key = `${await keyOf(choice)} ${this.#distrust ?? ''}`;
    return this.#kept.find((kept) => kept.key === key);
  }

  /** From now on packages are opened on the processor, with a warning that says why: a device failed while it worked. */
  distrust(reason: string): void {
    this.#distrust = reason;
  }

  async #openOne({ modelPath, device, runtime, threads }: ModelChoice, key: string): Promise<KeptModel> {
    const open = this.#kept.find((kept) => kept.key === key);
    if (open !== undefined) return open;
    const startMs = performance.now();
    const model = await this.#parts.openPackage(modelPath, {
      ...{ device, runtime, threads },
      ...(this.#distrust === undefined ? {} : { distrust: this.#distrust }),
    });
    const kept = { key, model, agent: this.#parts.createAgent(model, (performance.now() - startMs) / 1000) };
    this.#kept = [...this.#kept, kept];
    return kept;
  }

  async #closeAllBut(keys: readonly string[]): Promise<void> {
    const leaving = this.#kept.filter(({ key }) => !keys.includes(key));
    this.#kept = this.#kept.filter(({ key }) => keys.includes(key));
    for (const { model } of leaving) await model.dispose();
  }
}

async function keyOf({ modelPath, device, runtime, threads }: ModelChoice): Promise<string> {
  const folder = await realpath(modelPath).catch(() => modelPath);
  const manifest = await stat(path.join(folder, 'manifest.json')).catch(() => undefined);
  return JSON.stringify([folder, manifest?.mtimeMs, manifest?.ino, device, runtime, threads]);
}
