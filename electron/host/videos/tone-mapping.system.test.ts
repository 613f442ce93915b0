import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ffmpeg } from '../../../native-models/media/ffmpeg.ts';
import { locateFfmpeg } from '../../../native-models/media/ffmpeg.ts';
import { decodeAll, makeVideo } from '../../../native-models/media/made-videos.ts';
import { probeVideo } from '../../../native-models/media/probe.ts';
import { createVideosService } from './create-videos-service.ts';
import { Thumbnails } from './thumbnails.ts';

const size = { width: 64, height: 48 };
const never = new AbortController().signal;

/** Value of PQ (SMPTE ST 2084) for light of so many nits, 0 … 1. */
function pq(nits: number): number {
  const light = (nits / 10_000) ** 0.1593017578125;
  return ((0.8359375 + 18.8515625 * light) / (1 + 18.6875 * light)) ** 78.84375;
}

describe('pictures of high dynamic range', () => {
  let folder: string;
  let ffmpeg: Ffmpeg;
  const at = (name: string): string => path.join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tone-mapping-'));
    ffmpeg = await locateFfmpeg();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** A grey of so much light, losslessly, as the transfer has it. */
  function grey(name: string, value: number, transfer: string): Promise<string> {
    const luma = Math.round(64 + value * 876); // ten bits, video range
    const picture = `color=s=64x48:d=1:r=25,format=yuv420p10le,geq=lum=${luma}:cb=512:cr=512`;
    const colours = ['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc'];
    const args = ['-f', 'lavfi', '-i', picture, '-c:v', 'ffv1', '-color_range', 'tv', ...colours];
    return makeVideo(ffmpeg, args, at(name));
  }

  async function shown(filePath: string): Promise<number> {
    const [picture] = await decodeAll(ffmpeg, filePath, size);
    return picture?.[(24 * 64 + 32) * 3 + 1] ?? -1;
  }

  async function thumbnailOf(video: string): Promise<number> {
    const thumbnails = new Thumbnails(at('thumbnails'), (videoPath) => probeVideo(videoPath));
    await writeFile(at('thumbnail.jpg'), await thumbnails.get(video, 0, 64, never));
    const scaled = ['-i', at('thumbnail.jpg'), '-vf', 'scale=64:48', '-c:v', 'png'];
    return await shown(await makeVideo(ffmpeg, scaled, at('thumbnail.mkv')));
  }

  test.each([
    // Below three tenths of white (203 nits) light is shown as it is, with a gamma of 2.2.
    { name: 'a dark grey', value: pq(20), transfer: 'smpte2084', expected: (20 / 203) ** (1 / 2.2) * 255 },
    { name: 'a middle grey', value: pq(55), transfer: 'smpte2084', expected: (55 / 203) ** (1 / 2.2) * 255 },
    { name: 'the peak', value: pq(1000), transfer: 'smpte2084', expected: 255 },
    { name: 'what is above the peak', value: pq(4000), transfer: 'smpte2084', expected: 255 },
    // HLG 0.5 is a twelfth of the peak before the system gamma of 1.2.
    {
      name: 'a middle grey of HLG',
      value: 0.5,
      transfer: 'arib-std-b67',
      expected: ((1000 * (1 / 12) ** 1.2) / 203) ** (1 / 2.2) * 255,
    },
  ])('$name is shown to people as on an ordinary screen, and to the model as it is', async (patch) => {
    const video = await grey(`${patch.name}.mkv`, patch.value, patch.transfer);
    const copy = at(`${patch.name}-copy.mp4`);
    const clip = at(`${patch.name}-clip.mp4`);
    const videos = createVideosService();
    await videos.makeProxy({ videoPath: video, outputPath: copy });
    await videos.cutClip({ videoPath: video, startSec: 0, endSec: 0.4, outputPath: clip, mode: 'encode' });
    for (const value of [await shown(copy), await shown(clip), await thumbnailOf(video)]) {
      expect(Math.abs(value - patch.expected)).toBeLessThanOrEqual(5); // encoders round
    }
    const asStored = await shown(video);
    expect(Math.abs(asStored - patch.value * 255)).toBeLessThanOrEqual(3); // ten bits to eight
    expect((await probeVideo(copy)).container?.streams[0]?.transfer).toBe('bt709');
  });
});
