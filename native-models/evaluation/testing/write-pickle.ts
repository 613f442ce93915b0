import type { PickledValue } from '../benchmarks/reading/pickle.ts';

/** Writes lists, dicts, text and numbers as a Python pickle of protocol 2, as QuerYD's annotations are. */
export function writePickle(value: PickledValue): Buffer {
  return Buffer.concat([Buffer.from([0x80, 2]), encode(value), Buffer.from('.')]);
}

function encode(value: PickledValue): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return Buffer.concat([Buffer.from('X'), length, bytes]);
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return Buffer.concat([Buffer.from('G'), bytes]);
  }
  if (value === null) return Buffer.from('N');
  if (typeof value === 'boolean') return Buffer.from([value ? 0x88 : 0x89]);
  if (value instanceof Map) {
    const pairs = [...(value as ReadonlyMap<PickledValue, PickledValue>)].flat();
    return Buffer.concat([Buffer.from('}('), ...pairs.map(encode), Buffer.from('u')]);
  }
  const items = value as readonly PickledValue[];
  return Buffer.concat([Buffer.from(']('), ...items.map(encode), Buffer.from('e')]);
}
