import type { Role } from '../protocol/roles.ts';
import {
  float32,
  type DeviceElementType,
  type DeviceMemory,
  type DeviceTensor,
  type PlacedFeeds,
  type Tensor,
} from '../runtime/runtime.ts';
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
  readonly #rank: number | undefined;
  #role: Role | undefined;
  #tensors: Record<string, DeviceTensor> = {};

  /**
   * @param inputs The graph's adapter inputs (`RoleAdapters.inputsOf`).
   * @param form Of what type they are on the device, and for graphs of static shapes the rank to which all are padded by zeros.
   */
  constructor(
    adapters: RoleAdapters,
    inputs: readonly string[],
    memory: DeviceMemory,
    form: { readonly type: DeviceElementType; readonly rank?: number | undefined },
  ) {
    this.#adapters = adapters;
    this.#inputs = inputs;
    this.#memory = memory;
    this.#type = form.type;
    this.#rank = form.rank;
  }

  async feeds(role: Role): Promise<PlacedFeeds> {
    if (this.#role === role || this.#inputs.length === 0) return this.#tensors;
    this.#role = undefined; // until all of them are there
    const feeds = await this.#adapters.feeds(role, this.#inputs);
    for (const [name, matrix] of Object.entries(feeds)) {
      const wanted = this.#ofRank(name, matrix as Tensor<'float32'>);
      const known = this.#tensors[name];
      if (known !== undefined && known.dims.join() === wanted.dims.join()) {
        await this.#memory.write(wanted, { target: known });
        continue;
      }
      known?.release();
      this.#tensors[name] = await this.#memory.write(wanted, { type: this.#type });
    }
    this.#role = role;
    return this.#tensors;
  }

  /** Zeros for the ranks that a matrix lacks: columns of A (in, rank), rows of B (rank, out). */
  #ofRank(name: string, matrix: Tensor<'float32'>): Tensor<'float32'> {
    const rank = this.#rank;
    const [rows = 0, columns = 0] = matrix.dims;
    const isA = name.endsWith('.lora_A');
    if (rank === undefined || (isA ? columns : rows) === rank) return matrix;
    if (!isA) {
      const padded = new Float32Array(rank * columns);
      padded.set(matrix.data);
      return float32(padded, [rank, columns]);
    }
    const padded = new Float32Array(rows * rank);
    for (let row = 0; row < rows; row++)
      padded.set(matrix.data.subarray(row * columns, (row + 1) * columns), row * rank);
    return float32(padded, [rows, rank]);
  }

  release(): void {
    for (const tensor of Object.values(this.#tensors)) tensor.release();
    this.#tensors = {};
    this.#role = undefined;
  }
}
