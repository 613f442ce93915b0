import { EngineError } from '../protocol/errors.ts';
import {
  float32,
  int32,
  type DeviceElementType,
  type DeviceMemory,
  type DeviceTensor,
  type PlacedTensor,
  type Runtime,
} from '../runtime/runtime.ts';
import { SmallGraphs } from './small-graphs.ts';

/** Rows of numbers, row-major: in this process's memory, or on the device. */
export type Rows = Float32Array | DeviceTensor;

/** Bytes of rows, wherever they are. */
export function bytesOfRows(rows: Rows): number {
  return rows instanceof Float32Array ? rows.byteLength : rows.bytes;
}

/** Gives back what rows hold of a device; what is in memory is collected by itself. */
export function releaseRows(rows: Rows): void {
  if (!(rows instanceof Float32Array)) rows.release();
}

/** Rows that are in memory. @throws EngineError INTERNAL for rows on a device, given to what works in memory */
export function rowsInMemory(rows: Rows): Float32Array {
  if (rows instanceof Float32Array) return rows;
  throw new EngineError('INTERNAL', 'Rows on the device were given to what works in memory.');
}

/** Rows that are on the device. @throws EngineError INTERNAL for others */
export function rowsOnDevice(rows: Rows): DeviceTensor {
  if (!(rows instanceof Float32Array)) return rows;
  throw new EngineError('INTERNAL', 'Rows in memory were given to what works on the device.');
}

/** Small pieces of work on float32 rows of one width that stay on the device; each is a graph of a few nodes. */
export class DeviceRows {
  readonly memory: DeviceMemory;
  readonly graphs: SmallGraphs;
  readonly #width: number;

  /** @param onDeviceOnly As of `SmallGraphs`. */
  constructor(runtime: Runtime, memory: DeviceMemory, width: number, onDeviceOnly = false) {
    this.graphs = new SmallGraphs(runtime, onDeviceOnly);
    this.memory = memory;
    this.#width = width;
  }

  /** A new (rows, width) tensor of zeros. */
  allocate(rows: number): Promise<DeviceTensor> {
    return this.memory.allocate('float32', [rows, this.#width]);
  }

  /**
   * The named rows of the sources, put one after another: (picks.length, width). Sources in memory cross the bus, the others
   * stay where they are.
   */
  async gather(sources: readonly Rows[], picks: Int32Array): Promise<DeviceTensor> {
    const session = await this.graphs.session(`gather ${sources.length}`, (graph) => {
      const inputs = sources.map((_, index) =>
        graph.input(`source.${index}`, 'float32', [`rows.${index}`, this.#width]),
      );
      const all = inputs.length === 1 ? inputs[0] : graph.op('Concat', inputs, { axis: 0 });
      const rows = graph.op('Gather', [all, graph.input('picks', 'int32', ['picked'])], { axis: 0 });
      graph.output('y', rows, 'float32', ['picked', this.#width]);
    });
    const feeds: Record<string, PlacedTensor> = { picks: int32([...picks], [picks.length]) };
    for (const [index, source] of sources.entries()) feeds[`source.${index}`] = this.#feed(source);
    const y = await this.allocate(picks.length);
    await session.run(feeds, [], { y });
    return y;
  }

  /** sums + weights · rows, into `target`: (sums) rows, of which `weights` (sums, rows) says how much they get of each row. */
  async accumulate(
    sums: DeviceTensor,
    weights: Float32Array,
    rows: DeviceTensor,
    target: DeviceTensor,
  ): Promise<void> {
    const session = await this.graphs.session('accumulate', (graph) => {
      const [before, factors, added] = [
        graph.input('sums', 'float32', ['sums', this.#width]),
        graph.input('weights', 'float32', ['sums', 'rows']),
        graph.input('rows', 'float32', ['rows', this.#width]),
      ];
      const y = graph.op('Add', [before, graph.op('MatMul', [factors, added])]);
      graph.output('y', y, 'float32', ['sums', this.#width]);
    });
    const [count = 0] = sums.dims;
    const [length = 0] = rows.dims;
    await session.run({ sums, weights: float32(weights, [count, length]), rows }, [], { y: target });
  }

  /**
   * Copies a cache's buffer (1, heads, capacity, head size) to the start of a larger one's capacity; the rest of that becomes
   * zeros.
   */
  async enlarge(from: DeviceTensor, to: DeviceTensor): Promise<void> {
    const [, heads = 0, before = 0, headSize = 0] = from.dims;
    const [, , after = 0] = to.dims;
    const type = from.type as DeviceElementType;
    const session = await this.graphs.session(`enlarge ${type} ${before} ${after}`, (graph) => {
      const held = graph.input('held', type, [1, heads, before, headSize]);
      const pads = graph.ints([0, 0, 0, 0, 0, 0, after - before, 0]);
      graph.output('y', graph.op('Pad', [held, pads]), type, [1, heads, after, headSize]);
    });
    await session.run({ held: from }, [], { y: to });
  }

  release(): Promise<void> {
    return this.graphs.release();
  }

  #feed(source: Rows): PlacedTensor {
    return source instanceof Float32Array
      ? float32(source, [source.length / this.#width, this.#width])
      : source;
  }
}
