import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { besideArchive, locateFfmpeg } from './ffmpeg.ts';
import { withFfmpeg } from './installed-ffmpegs.ts';

describe('the search for ffmpeg', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'ffmpeg-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** A program that says that it is this build. */
  async function pretend(name: string, version: string, libavcodec: string): Promise<string> {
    const file = path.join(folder, name);
    const text = `ffmpeg version ${version} Copyright\\nlibavcodec     ${libavcodec} / ${libavcodec}\\n`;
    await writeFile(file, `#!/bin/sh\nprintf '${text}'\n`, { mode: 0o755 });
    return file;
  }

  it('finds one and says what was tried', async () => {
    const ffmpeg = await locateFfmpeg();
    expect(ffmpeg.version).not.toBe('');
    const inUse = ffmpeg.tried.filter(({ outcome }) => outcome.startsWith('in use'));
    expect(inUse).toMatchObject([{ source: ffmpeg.source, path: ffmpeg.path }]);
  });

  it('warns of a build with known faults, and takes a patched one instead where there is one', async () => {
    const previous = process.env['PATH'];
    const onPath = path.join(folder, 'on-path');
    await mkdir(onPath);
    await pretend('on-path/ffmpeg', '6.1.1', '60. 31.102');
    process.env['PATH'] = onPath;
    try {
      const binary = await pretend('patched', '8.1.2', '62. 28.102');
      expect((await withFfmpeg(binary, locateFfmpeg)).unpatched).toBeUndefined();
      const found = await withFfmpeg('', locateFfmpeg);
      expect(found).toMatchObject({ source: 'system', version: '6.1.1' });
      expect(found.unpatched).toContain('known faults');
    } finally {
      process.env['PATH'] = previous;
    }
  });

  it('knows where the one lies that an installed program brought along, and that a checkout has none', () => {
    const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
    const module = path.join(folder, 'my programs', 'resources', 'app.asar', 'dist', 'chunks', 'a.mjs');
    expect(besideArchive(pathToFileURL(module).href)).toBe(
      path.join(folder, 'my programs', 'resources', 'ffmpeg', name),
    );
    expect(besideArchive(import.meta.url)).toBeUndefined();
  });

  it('takes FFMPEG_BIN first', async () => {
    const binary = await pretend('new', '7.1', '61. 19.100');
    await expect(withFfmpeg(binary, locateFfmpeg)).resolves.toMatchObject({
      path: binary,
      version: '7.1',
      source: 'FFMPEG_BIN',
      passthroughArguments: ['-fps_mode', 'passthrough'],
    });
  });

  it('asks builds from before 5.1 for their older argument', async () => {
    const binary = await pretend('older', 'N-1-gabc', '59.  9.100');
    await expect(withFfmpeg(binary, locateFfmpeg)).resolves.toMatchObject({
      passthroughArguments: ['-vsync', 'passthrough'],
    });
  });

  it('refuses a build that is too old', async () => {
    const binary = await pretend('old', '3.4', '57.107.100');
    await expect(withFfmpeg(binary, locateFfmpeg)).rejects.toMatchObject({ code: 'FFMPEG_TOO_OLD' });
  });

  it('refuses what is no ffmpeg, without going on to another', async () => {
    for (const binary of [path.join(folder, 'nothing'), process.execPath]) {
      await expect(withFfmpeg(binary, locateFfmpeg)).rejects.toMatchObject({ code: 'FFMPEG_MISSING' });
    }
  });
});
