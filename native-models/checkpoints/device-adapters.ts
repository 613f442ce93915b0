import type { Role } from '../protocol/roles.ts';
import type { DeviceElementType, DeviceMemory, DeviceTensor, PlacedFeeds } from '../runtime/runtime.ts';
import type { RoleAdapters } from './role-adapters.ts';

/**
 * The adapter inputs of one graph on the device: the matrices of the role at work, written there once when the role changes,
 * into the same tensors where ranks agree.
 */
export class DeviceAdapters {
  readonly #adapters: RoleAdapters;
  readonly #inputs: readonly string[];
  readonly #memory: DeviceMemory;
  readonly #type: DeviceElementType;
  #role: Role | undefined;
  #tensors: Record<string, DeviceTensor> = {};

  /** @param inputs The graph's adapter inputs (`RoleAdapters.inputsOf`). */
  constructor(
    adapters: RoleAdapters,
    inputs: readonly string[],
    memory: DeviceMemory,
    type: DeviceElementType,
  ) {
    this.#adapters = adapters;
    this.#inputs = inputs;
    this.#memory = memory;
    this.#type = type;
  }

  async feeds(role: Role): Promise<PlacedFeeds> {
    if (this.#role === role || this.#inputs.length === 0) return this.#tensors;
    this.#role = undefined; // until all of them are there
    const feeds = await this.#adapters.feeds(role, this.#inputs);
    for (const [name, matrix] of Object.entries(feeds)) {
      if (matrix.type !== 'float32') continue;
      const known = this.#tensors[name];
      if (known !== undefined && known.dims.join() === matrix.dims.join()) {
        await this.#memory.write(matrix as typeof matrix & { type: 'float32'; data: Float32Array }, {
          target: known,
        });
        continue;
      }
      known?.release();
      this.#tensors[name] = await this.#memory.write(
        matrix as typeof matrix & { type: 'float32'; data: Float32Array },
        { type: this.#type },
      );
    }
    this.#role = role;
    return this.#tensors;
  }

  release(): void {
    for (const tensor of Object.values(this.#tensors)) tensor.release();
    this.#tensors = {};
    this.#role = undefined;
  }
}
