import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { hasFilmBehind } from './film-behind.ts';

test('walking through a file ends where it is cancelled', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'behind-'));
  try {
    const file = path.join(folder, 'film.flv');
    const header = Buffer.from('464c5601050000000900000000', 'hex');
    await writeFile(file, Buffer.concat([header, header, Buffer.alloc(99)]));
    expect(await hasFilmBehind(file, 'flv')).toBe(true);
    const cancelled = hasFilmBehind(file, 'flv', AbortSignal.abort());
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
