import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointShapes } from './network-shape.ts';
import { writeRandomCheckpoint, type WrittenCheckpoint } from './write-random-checkpoint.ts';

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function readHeader(path: string): { entries: [string, HeaderEntry][]; dataBytes: number } {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, HeaderEntry>;
  delete header['__metadata__'];
  return { entries: Object.entries(header), dataBytes: bytes.length - 8 - length };
}

describe('writing a random checkpoint', () => {
  const folder = mkdtempSync(join(tmpdir(), 'random-checkpoint-'));
  let written: WrittenCheckpoint;
  beforeAll(async () => {
    written = await writeRandomCheckpoint(join(folder, 'checkpoint'), {
      shape: checkpointShapes.tiny,
      maxShardBytes: 9_800_000,
    });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('leaves weight files whose tensors lie end to end and fill the file', () => {
    const { basePath, adaptersPath } = written;
    const files = [
      ...readdirSync(basePath)
        .filter((name) => name.endsWith('.safetensors'))
        .map((name) => join(basePath, name)),
      join(adaptersPath, 'pytorch_model.safetensors'),
      ...['planner', 'grounder', 'verifier'].map((role) =>
        join(adaptersPath, role, 'adapter_model.safetensors'),
      ),
    ];
    expect(files).toHaveLength(6);
    for (const file of files) {
      const { entries, dataBytes } = readHeader(file);
      let offset = 0;
      for (const [name, entry] of entries) {
        expect(entry.data_offsets[0], name).toBe(offset);
        offset = entry.data_offsets[1];
        expect(offset - entry.data_offsets[0], name).toBe(entry.shape.reduce((a, b) => a * b, 2));
      }
      expect(offset, file).toBe(dataBytes);
    }
  });

  it('names the shard of every tensor in the index', () => {
    const index = JSON.parse(
      readFileSync(join(written.basePath, 'model.safetensors.index.json'), 'utf8'),
    ) as {
      metadata: { total_size: number };
      weight_map: Record<string, string>;
    };
    const shards = [...new Set(Object.values(index.weight_map))];
    expect(shards).toHaveLength(2);
    let dataBytes = 0;
    for (const shard of shards) {
      const header = readHeader(join(written.basePath, shard));
      dataBytes += header.dataBytes;
      for (const [name] of header.entries) expect(index.weight_map[name]).toBe(shard);
    }
    expect(index.metadata.total_size).toBe(dataBytes);
  });

  it('gives each role weights of its own', () => {
    const weights = (role: string) =>
      readFileSync(join(written.adaptersPath, role, 'adapter_model.safetensors'));
    expect(weights('grounder').equals(weights('verifier'))).toBe(false);
  });

  it('leaves no unfinished folder behind', () => {
    expect(readdirSync(folder)).toEqual(['checkpoint']);
    expect(statSync(written.adaptersPath).isDirectory()).toBe(true);
  });
});
