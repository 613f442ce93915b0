import { EngineError } from '../../protocol/errors.ts';
import { fileBytes, openForReading } from '../read-file.ts';
import { lfsPointerError } from '../../protocol/lfs-pointer.ts';
import { lengthFieldBytes, parseHeader, parseHeaderLength } from './header.ts';
import { decodeToFloat32, formatShape, type StoredTensor } from './stored-tensor.ts';

/** One system call reads at most 2 GiB; larger tensors are read in pieces of this size. */
const readPieceBytes = 256 * 1024 * 1024;

/** Rows `start` to `end` (not included) of a tensor's first dimension. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

async function readAt(file: string, offset: number, byteLength: number): Promise<Uint8Array> {
  const handle = await openForReading(file);
  try {
    const bytes = new Uint8Array(byteLength);
    for (let done = 0; done < byteLength;) {
      const length = Math.min(readPieceBytes, byteLength - done);
      const { bytesRead } = await handle.read(bytes, done, length, offset + done);
      if (bytesRead === 0) {
        throw new EngineError('SAFETENSORS_INVALID', `${file} ends before byte ${offset + byteLength}.`);
      }
      done += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

/** The rows of a tensor as a tensor of its own: plain arithmetic on where it lies. */
export function sliceRows(tensor: StoredTensor, rows: RowRange): StoredTensor {
  const [count = 1, ...rest] = tensor.shape;
  if (rows.start < 0 || rows.start > rows.end || rows.end > count) {
    throw new RangeError(`Rows ${rows.start} to ${rows.end} of ${tensor.name} ${formatShape(tensor.shape)}.`);
  }
  const rowBytes = count === 0 ? 0 : tensor.byteLength / count;
  return {
    ...tensor,
    shape: [rows.end - rows.start, ...rest],
    offset: tensor.offset + rows.start * rowBytes,
    byteLength: (rows.end - rows.start) * rowBytes,
  };
}

/**
 * Reads a stored tensor's bytes as they are in the file.
 * Throws SAFETENSORS_INVALID when the file has become shorter, CHECKPOINT_INCOMPLETE when it cannot be opened.
 */
export async function readStoredBytes(tensor: StoredTensor): Promise<Uint8Array> {
  return readAt(tensor.file, tensor.offset, tensor.byteLength);
}

/** The named tensors of one or more files. Only headers are in memory; data is read when asked for. */
export class WeightSet {
  /** Files that the tensors lie in, in the order in which they were opened. */
  readonly files: readonly string[];
  /** What errors call this set: the file or folder it was opened from. */
  readonly label: string;
  readonly #tensors: ReadonlyMap<string, StoredTensor>;

  constructor(label: string, tensors: ReadonlyMap<string, StoredTensor>) {
    this.label = label;
    this.#tensors = tensors;
    this.files = [...new Set([...tensors.values()].map((tensor) => tensor.file))];
  }

  names(): string[] {
    return [...this.#tensors.keys()];
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** Throws CHECKPOINT_INCOMPLETE, naming the tensor, when it is not in the set. */
  get(name: string): StoredTensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) {
      throw new EngineError('CHECKPOINT_INCOMPLETE', `${this.label} has no tensor "${name}".`);
    }
    return tensor;
  }

  /**
   * The same tensors under other names; those for which `rename` gives undefined are left out. Each tensor still knows the
   * name that it has in its file, for errors.
   */
  renamed(rename: (name: string) => string | undefined): WeightSet {
    const tensors = new Map<string, StoredTensor>();
    for (const [name, tensor] of this.#tensors) {
      const newName = rename(name);
      if (newName !== undefined) tensors.set(newName, tensor);
    }
    return new WeightSet(this.label, tensors);
  }

  /** Reads a tensor, or some rows of its first dimension, as stored. */
  async readBytes(name: string, rows?: RowRange): Promise<Uint8Array> {
    const tensor = this.get(name);
    return readStoredBytes(rows === undefined ? tensor : sliceRows(tensor, rows));
  }

  /**
   * Reads a tensor, or some rows of its first dimension, as float32, row-major.
   * Throws ARCHITECTURE_UNSUPPORTED, naming the tensor, when it is not F32, F16 or BF16.
   */
  async readFloat32(name: string, rows?: RowRange): Promise<Float32Array> {
    const { dtype } = this.get(name);
    if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'BF16') {
      throw new EngineError(
        'ARCHITECTURE_UNSUPPORTED',
        `${this.label}: tensor "${name}" is stored as ${dtype}; only F32, F16 and BF16 can be read.`,
      );
    }
    return decodeToFloat32(await this.readBytes(name, rows), dtype);
  }
}

/**
 * Opens one safetensors file and checks its whole header.
 * Throws SAFETENSORS_INVALID for a header that lies, CHECKPOINT_INCOMPLETE when the file cannot be read.
 */
export async function openSafetensors(path: string): Promise<WeightSet> {
  const size = await fileBytes(path);
  const lengthField = await readAt(path, 0, Math.min(lengthFieldBytes, size));
  // The first eight bytes of a pointer would be taken for a length.
  if (Buffer.from(lengthField).toString('latin1') === 'version ')
    throw lfsPointerError(path, 'SAFETENSORS_INVALID');
  const headerBytes = parseHeaderLength(lengthField, path, size);
  const header = await readAt(path, lengthFieldBytes, headerBytes);
  return new WeightSet(path, parseHeader(header, path, size));
}
