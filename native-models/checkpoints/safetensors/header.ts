import { EngineError } from '../../protocol/errors.ts';
import { dtypeBytes, formatShape, isDtype, type StoredTensor } from './stored-tensor.ts';

/** Bytes of the length field that a file begins with. */
export const lengthFieldBytes = 8;

/** Longest header the format allows, in bytes. */
export const maxHeaderBytes = 100_000_000;

/** Longest tensor name; real ones have about a hundred characters, and errors repeat them. */
const maxNameLength = 1000;

/**
 * Most separators in a header: about 150,000 tensors. Published files have thousands of tensors; a hundred megabytes of
 * tiny ones would take seconds to check.
 */
const maxSeparators = 2_000_000;

/** Deepest nesting of a header: the file's object, a tensor's object, its shape. */
const maxDepth = 3;

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const colon = 0x3a;
const comma = 0x2c;

function invalid(file: string, problem: string): EngineError {
  return new EngineError('SAFETENSORS_INVALID', `${file}: ${problem}`);
}

/**
 * Counts the members of objects by depth. JSON.parse keeps the last of two members with one name, so counting is how
 * duplicates show; too deep a nesting and too many parts are refused before JSON.parse spends memory on them.
 */
function countMembers(json: Uint8Array, file: string): number[] {
  const members = new Array<number>(maxDepth + 1).fill(0);
  let depth = 0;
  let separators = 0;
  for (let index = 0; index < json.length; index++) {
    const byte = json[index];
    if (byte === quote) {
      for (index++; index < json.length && json[index] !== quote; index++) {
        if (json[index] === backslash) index++;
      }
    } else if (byte === openBrace || byte === openBracket) {
      depth++;
      if (depth > maxDepth) throw invalid(file, 'the header is nested too deeply.');
    } else if (byte === closeBrace || byte === closeBracket) {
      depth = Math.max(0, depth - 1);
    } else if (byte === colon) {
      members[depth] = (members[depth] ?? 0) + 1;
      separators++;
    } else if (byte === comma) {
      separators++;
    }
    if (separators > maxSeparators) throw invalid(file, 'the header describes more than any model has.');
  }
  return members;
}

function parseJson(json: Uint8Array, file: string): Record<string, unknown> {
  if (json[0] !== openBrace) throw invalid(file, 'the header does not begin with "{".');
  const members = countMembers(json, file);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw invalid(file, `the header is not JSON (${problem}).`);
  }
  if (typeof header !== 'object' || header === null) throw invalid(file, 'the header is not an object.');
  const entries = Object.values(header) as unknown[];
  const innerMembers = entries.reduce<number>(
    (sum, entry) => sum + (typeof entry === 'object' && entry !== null ? Object.keys(entry).length : 0),
    0,
  );
  if (entries.length !== members[1]) throw invalid(file, 'the header names a tensor twice.');
  if (innerMembers !== members[2]) throw invalid(file, 'a tensor in the header has a field twice.');
  return header as Record<string, unknown>;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** One entry of the header, checked by itself; `dataStart` and `dataBytes` place the data in the file. */
function readEntry(
  name: string,
  entry: unknown,
  file: string,
  dataStart: number,
  dataBytes: number,
): StoredTensor {
  if (name.length > maxNameLength) throw invalid(file, `a tensor has a name of ${name.length} characters.`);
  const label = `tensor "${name}"`;
  if (name === '' || name === '__proto__') throw invalid(file, `${label} has a name that is not allowed.`);
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    throw invalid(file, `${label} is not described by an object.`);
  }
  const { dtype, shape, data_offsets: offsets, ...unknownFields } = entry as Record<string, unknown>;
  const unknownField = Object.keys(unknownFields)[0];
  if (unknownField !== undefined)
    throw invalid(file, `${label} has an unknown field "${unknownField.slice(0, 100)}".`);
  if (!isDtype(dtype))
    throw invalid(file, `${label} has an unknown dtype ${JSON.stringify(dtype ?? null).slice(0, 100)}.`);
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    throw invalid(file, `${label} has a shape that is not a list of sizes.`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw invalid(file, `${label} has data_offsets that are not two byte positions.`);
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end) throw invalid(file, `${label} ends (${end}) before it begins (${begin}).`);
  if (end > dataBytes) {
    throw invalid(
      file,
      `${label} ends at byte ${end} of the data, but the file has ${dataBytes} bytes of it.`,
    );
  }
  const expected = shape.reduce((product, size) => product * size, dtypeBytes[dtype]);
  if (expected !== end - begin) {
    throw invalid(
      file,
      `${label} of ${dtype} ${formatShape(shape)} takes ${expected} bytes, but ${end - begin} are given to it.`,
    );
  }
  return { name, dtype, shape, file, offset: dataStart + begin, byteLength: end - begin };
}

/** Refuses gaps and overlaps: the data is covered exactly once, as the format demands. */
function checkCoverage(
  tensors: readonly StoredTensor[],
  file: string,
  dataStart: number,
  fileBytes: number,
): void {
  const ordered = tensors.toSorted((a, b) => a.offset - b.offset || a.byteLength - b.byteLength);
  let covered = dataStart;
  for (const tensor of ordered) {
    if (tensor.offset < covered) throw invalid(file, `tensor "${tensor.name}" overlaps another one.`);
    if (tensor.offset > covered) {
      throw invalid(
        file,
        `${tensor.offset - covered} bytes before tensor "${tensor.name}" belong to no tensor.`,
      );
    }
    covered += tensor.byteLength;
  }
  if (covered !== fileBytes)
    throw invalid(file, `the last ${fileBytes - covered} bytes belong to no tensor.`);
}

/**
 * Reads the length of the header from the first eight bytes of a file.
 * Throws SAFETENSORS_INVALID when it cannot be true of a file of `fileBytes` bytes.
 */
export function parseHeaderLength(lengthField: Uint8Array, file: string, fileBytes: number): number {
  if (lengthField.byteLength < lengthFieldBytes) {
    throw invalid(file, `the file has ${fileBytes} bytes, too few for a header.`);
  }
  const length = new DataView(lengthField.buffer, lengthField.byteOffset).getBigUint64(0, true);
  if (length > BigInt(fileBytes - lengthFieldBytes)) {
    throw invalid(file, `the header claims ${length.toString()} bytes, but the file has ${fileBytes}.`);
  }
  if (length > BigInt(maxHeaderBytes)) {
    throw invalid(
      file,
      `the header claims ${length.toString()} bytes; at most ${maxHeaderBytes} are allowed.`,
    );
  }
  if (length < 2n) throw invalid(file, 'the header is empty.');
  return Number(length);
}

/**
 * Reads and checks a header (the JSON after the length field). Nothing in it is trusted: every tensor must have a known
 * dtype and lie within the file, and all together must cover the data exactly once.
 * Throws SAFETENSORS_INVALID, naming the file and the tensor.
 */
export function parseHeader(json: Uint8Array, file: string, fileBytes: number): Map<string, StoredTensor> {
  const dataStart = lengthFieldBytes + json.byteLength;
  const header = parseJson(json, file);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      if (entry === null) continue; // none, as the reference library takes it
      if (typeof entry !== 'object' || Array.isArray(entry)) {
        throw invalid(file, 'the metadata is not an object.');
      }
      if (!Object.values(entry).every((value) => typeof value === 'string')) {
        throw invalid(file, 'the metadata holds something else than text.');
      }
      continue;
    }
    tensors.set(name, readEntry(name, entry, file, dataStart, fileBytes - dataStart));
  }
  checkCoverage([...tensors.values()], file, dataStart, fileBytes);
  return tensors;
}
