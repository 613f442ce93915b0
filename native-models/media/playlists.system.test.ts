import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toEngineError } from '../protocol/errors.ts';
import { allowVariable } from './allowed-media.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';
import { locateFfmpeg } from './ffmpeg.ts';
import { installedFfmpegs, withFfmpeg } from './installed-ffmpegs.ts';
import { noJail } from './jail/choose-jail.ts';
import { countedSource, makeVideo } from './made-videos.ts';
import { probeVideo } from './probe.ts';

/** Text files named .mp4 that make ffmpeg open other files: the person's private film. */
const attacks = {
  'an HLS playlist': {
    file: '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nprivate.ts\n#EXT-X-ENDLIST\n',
    name: 'hls',
  },
  'an ffconcat list': { file: 'ffconcat version 1.0\nfile private.ts\n', name: 'concat' },
} as const;

describe.each(await installedFfmpegs())('$source ffmpeg $version', ({ path: binary }) => {
  let folder: string;
  let ffmpeg: Ffmpeg;

  beforeAll(async () => {
    ffmpeg = await withFfmpeg(binary, locateFfmpeg);
    folder = await mkdtemp(path.join(tmpdir(), 'playlists-'));
    await makeVideo(ffmpeg, [...countedSource(1), '-c:v', 'mpeg4'], path.join(folder, 'private.ts'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  describe.each(Object.entries(attacks))('%s named .mp4', (_, { file, name }) => {
    it('is refused by name, with a way to allow it', async () => {
      const disguised = path.join(folder, `${name}.mp4`);
      await writeFile(disguised, file);
      await withFfmpeg(binary, async () => {
        const error = await probeVideo(disguised).catch(toEngineError);
        expect(error).toMatchObject({ code: 'VIDEO_NOT_RECOGNIZED' });
        const { message, remedy } = toEngineError(error);
        expect(message).toMatch(name === 'hls' ? /HLS playlist/ : /ffconcat/);
        expect(remedy).toContain(`${allowVariable}=${name}`);
      });
    });

    it('reads no other file even when ffmpeg takes it', async () => {
      const disguised = path.join(folder, `${name}-taken.mp4`);
      await writeFile(disguised, file);
      const taken = ['-protocol_whitelist', 'file', '-f', name, '-i', `file:${disguised}`];
      const read = async (jailed: Ffmpeg): Promise<number> => {
        const child = new FfmpegProcess(jailed, [...taken, '-c', 'copy', '-f', 'framecrc', '-'], {
          patience: { silence: 30_000, total: 30_000 },
        });
        let lines = '';
        for (let chunk = await child.readChunk(); chunk !== undefined; chunk = await child.readChunk()) {
          lines += Buffer.from(chunk).toString();
        }
        await child.ended;
        return lines.split('\n').filter((line) => /^0,/.test(line)).length;
      };
      expect(await read({ ...ffmpeg, jail: noJail })).toBeGreaterThan(5);
      expect(ffmpeg.jail.kind).not.toBe('none');
      expect(await read(ffmpeg)).toBe(0);
    });
  });
});
