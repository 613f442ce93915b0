import { readFileSync } from 'node:fs';

const fixtures = new URL('../../fixtures/', import.meta.url);

/** For tests: where a file of a reference pack is. */
export function fixtureUrl(path: string): URL {
  return new URL(path, fixtures);
}

/** For tests: a JSON file of a reference pack. */
export function readFixture(path: string): unknown {
  return JSON.parse(readFileSync(fixtureUrl(path), 'utf8'));
}

/** For tests: the bytes of one tensor of a safetensors file among the fixtures. */
export function readStoredTensor(path: string, name: string): { shape: number[]; bytes: Uint8Array } {
  const file = readFileSync(fixtureUrl(path));
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, start)) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  const entry = header[name];
  if (entry === undefined) throw new Error(`${path} has no tensor ${name}.`);
  const [from, to] = entry.data_offsets;
  return { shape: entry.shape, bytes: file.subarray(start + from, start + to) };
}
