import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Agent } from '../agent/agent.ts';
import type { LoadedModel } from '../checkpoints/loaded-model.ts';
import type { DeviceRequest } from '../protocol/roles.ts';
import type { EngineParts } from './engine-parts.ts';

/** Which package, and how it is to be run. */
export interface ModelChoice {
  readonly modelPath: string;
  readonly device: DeviceRequest;
  readonly threads?: number | undefined;
}

type OpeningParts = Pick<EngineParts, 'openPackage' | 'createAgent'>;

interface KeptModel {
  readonly key: string;
  readonly model: LoadedModel;
  readonly agent: Agent;
}

/**
 * Keeps the package of the last question open, with what its agent remembers. Only one: two of them seldom fit into
 * memory. A package that was imported again at the same place is opened again.
 */
export class ModelKeeper {
  readonly #parts: OpeningParts;
  #kept: KeptModel | undefined;

  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  /** Opens the package unless it is open already. @throws EngineError what opening it throws. */
  async open(choice: ModelChoice): Promise<{ readonly model: LoadedModel; readonly agent: Agent }> {
    const key = await keyOf(choice);
    if (this.#kept?.key === key) return this.#kept;
    const previous = this.#kept;
    this.#kept = undefined;
    await previous?.model.dispose();
    const { device, threads } = choice;
    const model = await this.#parts.openPackage(choice.modelPath, { device, threads });
    this.#kept = { key, model, agent: this.#parts.createAgent(model) };
    return this.#kept;
  }
}

async function keyOf({ modelPath, device, threads }: ModelChoice): Promise<string> {
  const folder = await realpath(modelPath).catch(() => modelPath);
  const manifest = await stat(path.join(folder, 'manifest.json')).catch(() => undefined);
  return JSON.stringify([folder, manifest?.mtimeMs, manifest?.ino, device, threads]);
}
