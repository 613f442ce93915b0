import { EngineError } from '../../protocol/errors.ts';

/** Bytes of one element, by the dtype names of the safetensors format. */
export const dtypeBytes = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
} as const;

/** An element type of the safetensors format. */
export type Dtype = keyof typeof dtypeBytes;

/** Where one tensor lies on disk: plain data, so that it can be posted to a worker thread. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: Dtype;
  /** Row-major; empty for a scalar. */
  readonly shape: readonly number[];
  /** Absolute path of the file. */
  readonly file: string;
  /** Of the first element, in bytes from the start of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

/** Whether a name is a dtype that this reader knows. */
export function isDtype(name: unknown): name is Dtype {
  return typeof name === 'string' && Object.hasOwn(dtypeBytes, name);
}

/** `[640, 192]`, as errors print it. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/**
 * Bits of the float32 with the value of each of the 65,536 half-precision numbers, made on first use: a lookup is
 * several times faster than taking each number apart.
 */
let halfToFloatBits: Uint32Array | undefined;

function buildHalfTable(): Uint32Array {
  const table = new Uint32Array(65_536);
  const value = new Float32Array(1);
  const bits = new Uint32Array(value.buffer);
  for (let half = 0; half < table.length; half++) {
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0x1f) {
      table[half] = sign | 0x7f800000 | (fraction << 13);
    } else if (exponent === 0) {
      value[0] = fraction * 2 ** -24;
      table[half] = sign | (bits[0] ?? 0);
    } else {
      table[half] = sign | ((exponent + 112) << 23) | (fraction << 13);
    }
  }
  return table;
}

/** The bytes as an array whose elements need alignment: a view where they are aligned, else a copy. */
function aligned(bytes: Uint8Array, elementBytes: number): { buffer: ArrayBufferLike; byteOffset: number } {
  if (bytes.byteOffset % elementBytes === 0) return bytes;
  return { buffer: bytes.slice().buffer, byteOffset: 0 };
}

/** bfloat16 is the upper half of a float32. Two at a time where alignment allows: about twice as fast. */
function decodeBrainFloats(source: Uint16Array, target: Uint32Array): void {
  const pairCount = source.byteOffset % 4 === 0 ? source.length >> 1 : 0;
  const pairs = new Uint32Array(source.buffer, pairCount > 0 ? source.byteOffset : 0, pairCount);
  for (let index = 0; index < pairCount; index++) {
    const pair = pairs[index] ?? 0;
    target[2 * index] = pair << 16;
    target[2 * index + 1] = pair & 0xffff0000;
  }
  for (let index = 2 * pairCount; index < source.length; index++) target[index] = (source[index] ?? 0) << 16;
}

/**
 * Decodes little-endian elements to float32. The result is the caller's own for F16 and BF16; for F32 it may be a view
 * of `bytes`. Pure and synchronous, for worker threads.
 * Throws ARCHITECTURE_UNSUPPORTED for any other dtype (integers and float8 are quantized weights).
 */
export function decodeToFloat32(bytes: Uint8Array, dtype: Dtype): Float32Array {
  if (dtype === 'F32') {
    const { buffer, byteOffset } = aligned(bytes, 4);
    return new Float32Array(buffer, byteOffset, bytes.byteLength / 4);
  }
  if (dtype !== 'BF16' && dtype !== 'F16') {
    throw new EngineError(
      'ARCHITECTURE_UNSUPPORTED',
      `Weights of type ${dtype} cannot be read; only F32, F16 and BF16 can.`,
    );
  }
  const { buffer, byteOffset } = aligned(bytes, 2);
  const source = new Uint16Array(buffer, byteOffset, bytes.byteLength / 2);
  const result = new Float32Array(source.length);
  const target = new Uint32Array(result.buffer);
  if (dtype === 'BF16') {
    decodeBrainFloats(source, target);
    return result;
  }
  halfToFloatBits ??= buildHalfTable();
  for (let index = 0; index < source.length; index++) {
    target[index] = halfToFloatBits[source[index] ?? 0] ?? 0;
  }
  return result;
}
