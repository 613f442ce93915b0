import { open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExternalWeight, WeightPlace } from '../../onnx/built-graph.ts';
import { readModelOutline } from '../../onnx/read-model.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { FloatWeights } from '../convert/float-network.ts';
import { openEmbeddings, type EmbeddingTable } from '../embedding-table.ts';
import type { Manifest } from '../manifest.ts';
import { deviceModelFile, packageFiles } from '../package-layout.ts';
import { isFile } from '../read-file.ts';
import { decodeToFloat32 } from '../safetensors/stored-tensor.ts';
import { blockLengthOf, widenBlocks } from './widen-blocks.ts';

/**
 * The weights of a package as floats, as its graphs for devices have them: rounded as the package rounds them, and then computed with
 * in float32. Read one at a time, so that no whole network is in memory.
 */
export class PackageWeights implements FloatWeights {
  readonly #folder: string;
  readonly #places: ReadonlyMap<string, WeightPlace>;
  readonly #embeddings: EmbeddingTable;
  readonly #hidden: number;
  readonly #files = new Map<string, Promise<FileHandle>>();

  private constructor(
    folder: string,
    places: ReadonlyMap<string, WeightPlace>,
    embeddings: EmbeddingTable,
    hidden: number,
  ) {
    this.#hidden = hidden;
    this.#folder = folder;
    this.#places = places;
    this.#embeddings = embeddings;
  }

  /** @throws EngineError PACKAGE_DAMAGED where a graph cannot be read. */
  static async open(
    folder: string,
    { heads, embeddings }: Pick<Manifest, 'heads' | 'embeddings'>,
    hidden: number,
  ): Promise<PackageWeights> {
    const [head, table] = [heads['base'], embeddings['base']];
    if (head === undefined || table === undefined)
      throw new EngineError('PACKAGE_DAMAGED', 'manifest.json names no vocabulary of the base.');
    const places = new Map<string, WeightPlace>();
    for (const file of [packageFiles.vision, packageFiles.decoder, head]) {
      for (const [name, place] of await readPlaces(folder, file)) places.set(name, place);
    }
    return new PackageWeights(folder, places, await openEmbeddings(join(folder, table), hidden), hidden);
  }

  read({ name, dims }: Pick<ExternalWeight, 'name' | 'dims'>): Promise<Float32Array> {
    return this.#rows(name, dims[1] ?? 1);
  }

  embed(tokenId: number): Promise<Float32Array> {
    return this.#embeddings.lookUp([tokenId]);
  }

  /** Rows of the vocabulary head: the weights of these tokens' logits, (hidden) each. */
  async headRows(tokenIds: readonly number[]): Promise<Float32Array[]> {
    const rows: Float32Array[] = [];
    for (const id of tokenIds) rows.push(await this.#rows('lm_head.weight', this.#hidden, [id, id + 1]));
    return rows;
  }

  async close(): Promise<void> {
    for (const file of this.#files.values()) await (await file).close();
    await this.#embeddings.close();
  }

  /** A vector or matrix of so many columns as floats, or some of its rows, whichever form it is kept in. */
  async #rows(name: string, columns: number, rows?: readonly [number, number]): Promise<Float32Array> {
    const whole = this.#places.get(name);
    if (whole !== undefined) {
      return decodeToFloat32(await this.#bytes(whole, rows), whole.type === 'float16' ? 'F16' : 'F32');
    }
    const module = name.replace(/\.weight$/, '');
    for (const bits of [4, 8] as const) {
      const blocks = this.#places.get(`${module}.int${bits}`);
      const scales = this.#places.get(`${module}.scales`);
      if (blocks?.dims.length !== 3 || scales === undefined) continue;
      const factors = decodeToFloat32(await this.#bytes(scales, rows), 'F32');
      return widenBlocks(await this.#bytes(blocks, rows), factors, {
        ...{ bits, columns },
        blocksPerRow: blocks.dims[1] ?? 1,
        blockLength: blockLengthOf(blocks.dims[2] ?? 0, bits),
      });
    }
    throw new EngineError('PACKAGE_DAMAGED', `The package has no weight ${name} for devices.`);
  }

  async #bytes(place: WeightPlace, rows?: readonly [number, number]): Promise<Uint8Array> {
    const { location, offset, byteLength, dims } = place;
    const rowBytes = byteLength / (dims[0] ?? 1);
    const [start, length] =
      rows === undefined
        ? [offset, byteLength]
        : [offset + rows[0] * rowBytes, (rows[1] - rows[0]) * rowBytes];
    let file = this.#files.get(location);
    if (file === undefined) {
      file = open(join(this.#folder, location), 'r');
      this.#files.set(location, file);
    }
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await (
        await file
      ).read(bytes, done, Math.min(length - done, 2 ** 28), start + done);
      if (bytesRead === 0)
        throw new EngineError('PACKAGE_DAMAGED', `${location} is shorter than it should be.`);
      done += bytesRead;
    }
    return bytes;
  }
}

async function readPlaces(folder: string, file: string): Promise<ReadonlyMap<string, WeightPlace>> {
  const forDevices = join(folder, deviceModelFile(file));
  const path = (await isFile(forDevices)) ? forDevices : join(folder, file);
  try {
    return readModelOutline(await readFile(path)).weights;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new EngineError('PACKAGE_DAMAGED', `${path}: ${error.message}`, { cause: error });
  }
}
