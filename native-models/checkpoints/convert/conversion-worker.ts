import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { outlierDigits } from '../../onnx/weight-recipe.ts';
import { EngineError, toEngineError } from '../../protocol/errors.ts';
import { decodeToFloat32, type StoredTensor } from '../safetensors/stored-tensor.ts';
import type { ConversionReply, ConversionTask, Target } from './conversion-task.ts';
import { quantizeBlocks, quantizeColumns, roundToFloat16 } from './weight-values.ts';

/** Bytes read at once when hashing. */
const hashPieceBytes = 8 * 1024 * 1024;

parentPort?.on('message', (task: ConversionTask) => {
  parentPort?.postMessage(perform(task));
});

function perform(task: ConversionTask): ConversionReply {
  try {
    if (task.kind === 'hash') return { ok: true, sha256: hashFile(task.file) };
    convert(task);
    return { ok: true };
  } catch (error) {
    const { code, message } = toEngineError(error);
    return { ok: false, code, message };
  }
}

function convert(task: Exclude<ConversionTask, { kind: 'hash' }>): void {
  const bytes = readTensorBytes(task.tensor);
  const values = finiteValues(task.tensor, bytes);
  const [outputs = 1, inputs = 1] = task.tensor.shape;
  switch (task.kind) {
    case 'float32':
      for (const place of task.divided) values[place] = (values[place] as number) / outlierDigits.step;
      write(task.target, values);
      break;
    case 'float16':
      write(task.target, toFloat16(task.tensor, values));
      break;
    case 'copy':
      write(task.target, bytes);
      break;
    case 'int8': {
      const { integers, scales } = quantizeColumns(values, outputs, inputs, task);
      write(task.target, integers);
      write(task.scales, scales);
      break;
    }
    case 'blocks': {
      const { packed, scales } = quantizeBlocks(values, outputs, inputs, task.bits, task.blockSize);
      write(task.target, packed);
      write(task.scales, scales);
      break;
    }
  }
}

function finiteValues(tensor: StoredTensor, bytes: Uint8Array): Float32Array {
  if (tensor.dtype !== 'F32' && tensor.dtype !== 'F16' && tensor.dtype !== 'BF16') {
    throw new EngineError(
      'ARCHITECTURE_UNSUPPORTED',
      `Tensor "${tensor.name}" is ${tensor.dtype}, not floating point.`,
    );
  }
  const values = decodeToFloat32(bytes, tensor.dtype);
  // x − x is 0 for finite x and NaN otherwise.
  let check = 0;
  for (let index = 0; index < values.length; index++)
    check += (values[index] as number) - (values[index] as number);
  if (check !== 0) {
    throw new EngineError(
      'WEIGHTS_NOT_FINITE',
      `Tensor "${tensor.name}" in ${tensor.file} holds NaN or infinite values.`,
    );
  }
  return values;
}

function toFloat16(tensor: StoredTensor, values: Float32Array): Uint16Array {
  const halves = roundToFloat16(values);
  if (halves === undefined) {
    throw new EngineError(
      'WEIGHTS_NOT_FINITE',
      `Tensor "${tensor.name}" in ${tensor.file} holds values beyond the range of float16.`,
      { remedy: 'Import the checkpoint with --precision fp32, int8 or int4.' },
    );
  }
  return halves;
}

function readTensorBytes(tensor: StoredTensor): Uint8Array {
  const bytes = new Uint8Array(tensor.byteLength);
  const file = openSync(tensor.file, 'r');
  try {
    for (let done = 0; done < bytes.length;) {
      const count = readSync(file, bytes, done, bytes.length - done, tensor.offset + done);
      if (count === 0)
        throw new EngineError('SAFETENSORS_INVALID', `${tensor.file} breaks off inside "${tensor.name}".`);
      done += count;
    }
  } finally {
    closeSync(file);
  }
  return bytes;
}

function write(target: Target, values: ArrayBufferView): void {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const file = openSync(target.file, 'r+');
  try {
    for (let done = 0; done < bytes.length;) {
      done += writeSync(file, bytes, done, bytes.length - done, target.offset + done);
    }
  } finally {
    closeSync(file);
  }
}

function hashFile(path: string): string {
  const hash = createHash('sha256');
  const piece = new Uint8Array(hashPieceBytes);
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const count = readSync(file, piece, 0, piece.length, null);
      if (count === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}
