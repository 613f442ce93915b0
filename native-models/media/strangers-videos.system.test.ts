import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ffmpeg } from './ffmpeg.ts';
import { locateFfmpeg } from './ffmpeg.ts';
import {
  chooseEncoder,
  countedSource,
  decodeAll,
  madeHeight,
  madeWidth,
  makeVideo,
  readCounter,
} from './made-videos.ts';
import { probeVideo } from './probe.ts';
import { readFrames } from './read-frames.ts';
import type { Video } from './video.ts';

/** What people's recorders, cameras and editors write; each was reported of some program as read wrongly. */
describe("videos of other people's making", () => {
  let folder: string;
  let ffmpeg: Ffmpeg;
  let encoder: string;
  /** Four seconds at 25 frames a second, numbered; a key frame each second. */
  let base: string;

  const at = (name: string): string => path.join(folder, name);
  const make = (name: string, ...args: string[]): Promise<string> => makeVideo(ffmpeg, args, at(name));

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'strangers-videos-'));
    ffmpeg = await locateFfmpeg();
    encoder = await chooseEncoder(ffmpeg, ['libx264', 'mpeg4']);
    base = await make('base.mp4', ...countedSource(4), '-c:v', encoder, '-g', '25', '-b:v', '800k');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function join(name: string, ...parts: readonly string[]): Promise<string> {
    await writeFile(at(name), Buffer.concat(await Promise.all(parts.map((part) => readFile(part)))));
    return at(name);
  }

  async function countersOf(video: Video, indices: readonly number[]): Promise<number[]> {
    const counters: number[] = [];
    for await (const { rgb } of readFrames(video, indices, video)) {
      counters.push(readCounter(rgb, video.width));
    }
    return counters;
  }

  function expectAscending(timesSec: Float64Array): void {
    timesSec.forEach((timeSec, index) => {
      if (index > 0) expect(timeSec).toBeGreaterThan(timesSec[index - 1] ?? Infinity);
    });
  }

  describe('transport streams put behind one another', () => {
    const offsetBy = (name: string, sec: number): Promise<string> =>
      make(name, '-i', base, '-c', 'copy', '-muxdelay', '0', '-output_ts_offset', String(sec));

    it.each([
      { name: 'whose clock goes back', offsets: [100, 3] },
      { name: 'whose clock goes far ahead', offsets: [3, 100] },
      { name: 'of the same clock', offsets: [0, 0] },
      { name: 'three of them', offsets: [50, 20, 90] },
    ])('$name are one film in the order of the file', async ({ name, offsets }) => {
      const parts = await Promise.all(offsets.map((sec, part) => offsetBy(`${name}-${part}.ts`, sec)));
      const video = await probeVideo(await join(`${name}.ts`, ...parts));
      expect(video.totalFrames).toBe(100 * offsets.length);
      expect(video.durationSec).toBeCloseTo(4 * offsets.length, 3);
      expectAscending(video.frameTimesSec);
      expect(video.warnings.map(({ code }) => code)).toEqual(['VIDEO_CLOCK_JUMPS']);
      expect(await countersOf(video, [0, 7, 99, 100, 101, 150, 199])).toEqual([0, 7, 99, 0, 1, 50, 99]);
    });

    it('in a container that is not made for it, too', async () => {
      const part = await make('part.mkv', '-i', base, '-c', 'copy');
      const video = await probeVideo(await join('joined.mkv', part, part));
      expect(video).toMatchObject({ totalFrames: 200, fps: 25 });
      expect(video.durationSec).toBeCloseTo(8, 3);
      expectAscending(video.frameTimesSec);
      expect(video.warnings).toMatchObject([
        { code: 'VIDEO_CLOCK_JUMPS', message: expect.stringContaining('25 frames a second') as string },
      ]);
      expect(await countersOf(video, [0, 7, 99, 100, 101, 150, 199])).toEqual([0, 7, 99, 0, 1, 50, 99]);
    });

    it.each([
      { name: 'joined.mp4', how: ['-c', 'copy'], frames: 100 },
      { name: 'joined.flv', how: ['-c', 'copy'], frames: 100 },
      { name: 'joined.wmv', how: ['-c:v', 'wmv2'], frames: 100 },
    ])('and those of which only the first can be read say so: $name', async ({ name, how, frames }) => {
      const part = await make(`part-of-${name}`, '-i', base, ...how);
      expect((await probeVideo(part)).warnings).toEqual([]);
      const video = await probeVideo(await join(name, part, part));
      expect(video).toMatchObject({ totalFrames: frames, warnings: [{ code: 'VIDEO_MORE_BEHIND' }] });
    });

    it('and those of which not all can be read have the frames that can, and say how many those are', async () => {
      const fragments = ['-movflags', 'frag_keyframe+empty_moov'];
      const part = await make('fragments.mp4', '-i', base, '-c', 'copy', ...fragments);
      const video = await probeVideo(await join('joined-fragments.mp4', part, part));
      expect(video.warnings.map(({ code }) => code)).toEqual(['VIDEO_CLOCK_JUMPS', 'VIDEO_MORE_BEHIND']);
      expect(video.warnings[1]?.message).toContain(`${video.totalFrames} pictures can be read`);
      expectAscending(video.frameTimesSec);
    });

    it('is told from a clock that begins anew by itself', async () => {
      const wrapping = await probeVideo(await offsetBy('wrap.ts', 95_441));
      expect(wrapping).toMatchObject({ totalFrames: 100, warnings: [] });
      expect(wrapping.durationSec).toBeCloseTo(4, 3);
    });

    it('with a pause between them are as long as they say', async () => {
      const file = await join('pause.ts', await offsetBy('early.ts', 0), await offsetBy('late.ts', 5));
      const video = await probeVideo(file);
      expect(video).toMatchObject({ totalFrames: 200, warnings: [] });
      expect(video.durationSec).toBeGreaterThan(8.8);
      expect(video.durationSec).toBeLessThan(9.2);
    });
  });

  it('shows each of several pictures of one time', async () => {
    const jitter = "setpts='if(eq(N,50)+eq(N,71),PTS-1/25/TB,PTS)'";
    const source = [...countedSource(4), '-vf', jitter, ...ffmpeg.passthroughArguments];
    const file = await make('jitter.mkv', ...source, '-c:v', encoder, '-g', '25', '-b:v', '800k');
    const video = await probeVideo(file);
    expect(video.totalFrames).toBe(100);
    expectAscending(video.frameTimesSec);
    for (const indices of [[49, 50, 51, 70, 71, 72, 99], [50], [71], [75]]) {
      expect(await countersOf(video, indices)).toEqual(indices);
    }
  });

  describe('of several video streams', () => {
    it.each([
      {
        name: 'a thumbnail that is not marked as one',
        first: ['-f', 'lavfi', '-t', '0.04', '-i', 'testsrc=s=640x480:r=25', '-i'],
        codecs: ['-c:v:0', 'mjpeg', '-c:v:1', 'copy'],
      },
      {
        name: 'a preview of a picture a second',
        first: ['-f', 'lavfi', '-i', 'testsrc=d=4:s=160x120:r=1', '-i'],
        codecs: ['-c:v:0', 'mpeg4', '-c:v:1', 'copy'],
      },
    ])('$name does not stand for the film', async ({ name, first, codecs }) => {
      const marked = ['-disposition:v:0', 'default', '-disposition:v:1', '0'];
      const file = await make(
        `${name}.mkv`,
        ...first,
        base,
        '-map',
        '0:v',
        '-map',
        '1:v',
        ...codecs,
        ...marked,
      );
      const video = await probeVideo(file);
      expect(video).toMatchObject({ totalFrames: 100, width: madeWidth, height: madeHeight });
      expect(video.input?.videoStream).toBe(1);
      expect(video.warnings.map(({ code }) => code)).toEqual(['VIDEO_SEVERAL_STREAMS']);
      expect(video.warnings[0]?.message).toMatch(/stream 1 .* is used, not stream 0/);
      expect(await countersOf(video, [0, 42, 99])).toEqual([0, 42, 99]);
    });

    it('equally long ones are told apart by what the file marks', async () => {
      const both = ['-i', base, '-i', base, '-map', '0:v', '-map', '1:v', '-c', 'copy'];
      const file = await make('two.mkv', ...both, '-disposition:v:0', '0', '-disposition:v:1', 'default');
      expect((await probeVideo(file)).input?.videoStream).toBe(1);
    });

    it('another than the longest can be chosen, which is another video to caches; what is none is refused', async () => {
      const first = ['-f', 'lavfi', '-i', 'testsrc=d=4:s=160x120:r=1', '-i', base];
      const mapped = ['-map', '0:v', '-map', '1:v', '-c:v:0', 'mpeg4', '-c:v:1', 'copy'];
      const file = await make('choice.mkv', ...first, ...mapped);
      const film = await probeVideo(file);
      const preview = await probeVideo(file, { videoStream: 0 });
      expect(film).toMatchObject({ totalFrames: 100, width: madeWidth });
      expect(preview).toMatchObject({ totalFrames: 4, width: 160, height: 120, warnings: [] });
      expect(preview.identity).not.toBe(film.identity);
      const shown: number[] = [];
      for await (const { rgb } of readFrames(preview, [0, 3], preview)) shown.push(rgb.length);
      expect(shown).toEqual([160 * 120 * 3, 160 * 120 * 3]);
      await expect(probeVideo(file, { videoStream: 2 })).rejects.toMatchObject({
        code: 'ARGUMENT_INVALID',
        remedy: expect.stringContaining('0, 1') as string,
      });
    });

    it('cover art is none', async () => {
      const cover = await make('cover.jpg', '-f', 'lavfi', '-i', 'testsrc=s=64x64:d=1:r=1', '-frames:v', '1');
      const mapped = ['-i', cover, '-i', base, '-map', '0', '-map', '1', '-c', 'copy'];
      const file = await make('cover.mp4', ...mapped, '-disposition:v:0', 'attached_pic');
      expect(await probeVideo(file)).toMatchObject({ totalFrames: 100, warnings: [] });
    });
  });

  it('has languages with regions and scripts', async () => {
    const sound = ['-i', base, '-f', 'lavfi', '-i', 'sine=d=4', '-map', '0', '-map', '1', '-c:v', 'copy'];
    const tags = ['-metadata:s:v:0', 'language=pt-BR', '-metadata:s:a:0', 'language=zh-Hans'];
    const video = await probeVideo(await make('language.mkv', ...sound, '-c:a', 'aac', ...tags));
    expect(video.container?.streams.map(({ kind, language }) => [kind, language])).toEqual([
      ['video', 'pt-BR'],
      ['audio', 'zh-Hans'],
    ]);
  });

  it.each([
    ['01:00:00;00', '30000/1001'],
    ['10:20:30:11', '24000/1001'],
    ['00:59:59:24', '25'],
  ])('has a timecode of %s at %s frames a second', async (timecode, rate) => {
    const source = ['-f', 'lavfi', '-i', `testsrc2=d=1:s=64x64:r=${rate}`, '-c:v', encoder];
    const file = await make(`${rate.replace('/', '-')}.mov`, ...source, '-timecode', timecode);
    expect((await probeVideo(file)).container?.timecode).toBe(timecode);
  });

  it.each([
    ['larger', '320x240', '640x360'],
    ['smaller, and turned', '320x240', '240x320'],
  ])('becomes %s on the way: all of each picture is seen, in its proportions', async (name, size, then) => {
    const part = (file: string, sized: string, sec: number): Promise<string> =>
      make(file, ...countedSource(2, sized), '-c:v', encoder, '-b:v', '1M', '-output_ts_offset', String(sec));
    const first = await part(`${name}-1.ts`, size, 0);
    const second = await part(`${name}-2.ts`, then, 3);
    const video = await probeVideo(await join(`${name}.ts`, first, second));
    expect(video).toMatchObject({ totalFrames: 100, width: 320, height: 240 });
    const [width = 0, height = 0] = then.split('x').map(Number);
    const share = Math.min(320 / width, 240 / height);
    const [fitWidth, fitHeight] = [Math.round(width * share), Math.round(height * share)];
    const alone = (await decodeAll(ffmpeg, second, { width, height }))[20]!;
    const [before, changed] = await readTwo(video, 20, 70);
    expect(readCounter(before, 320)).toBe(20);
    const left = Math.floor((320 - fitWidth) / 2);
    const top = Math.floor((240 - fitHeight) / 2);
    // Beside the picture it is black; inside, colours are those of the part decoded alone, where it is smooth.
    const pixel = (x: number, y: number): number[] => [
      ...changed.subarray((y * 320 + x) * 3, (y * 320 + x) * 3 + 3),
    ];
    expect(left > 0 ? pixel(left - 2, 120) : pixel(160, top - 2)).toEqual([0, 0, 0]);
    let far = 0;
    for (let y = 0; y < fitHeight; y++) {
      for (let x = 0; x < fitWidth; x++) {
        const from = (Math.floor((y + 0.5) / share) * width + Math.floor((x + 0.5) / share)) * 3;
        const [red = 0, green = 0, blue = 0] = pixel(left + x, top + y);
        const difference =
          Math.abs(red - alone[from]!) +
          Math.abs(green - alone[from + 1]!) +
          Math.abs(blue - alone[from + 2]!);
        if (difference > 90) far++;
      }
    }
    expect(far).toBeLessThan((fitWidth * fitHeight) / 12); // edges of the pattern
  });

  async function readTwo(video: Video, first: number, second: number): Promise<[Uint8Array, Uint8Array]> {
    const frames: Uint8Array[] = [];
    for await (const { rgb } of readFrames(video, [first, second], video)) frames.push(rgb);
    return [frames[0]!, frames[1]!];
  }

  it('has over a thousand boxes before its index', async () => {
    const bytes = await readFile(base);
    const moov = bytes.indexOf('moov') - 4;
    const free = Buffer.from([0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65]);
    const boxes = Buffer.concat(Array.from({ length: 1100 }, () => free));
    await writeFile(at('boxes.mp4'), Buffer.concat([bytes.subarray(0, moov), boxes, bytes.subarray(moov)]));
    expect(await probeVideo(at('boxes.mp4'))).toMatchObject({ totalFrames: 100, warnings: [] });
  });

  it.each(['mp4', 'mkv'])('begins after its sound, in %s', async (extension) => {
    const sound = ['-f', 'lavfi', '-i', 'sine=d=8', '-itsoffset', '1.5', '-i', base];
    const mapped = ['-map', '1:v', '-map', '0:a', '-c:v', 'copy', '-c:a', 'aac'];
    const video = await probeVideo(await make(`late.${extension}`, ...sound, ...mapped));
    expect(video).toMatchObject({ totalFrames: 100, durationSec: 4 });
    expect(video.playerStartSec).toBeCloseTo(1.5, 1);
    expect(video.frameTimesSec[0]).toBe(0);
  });

  it('has sound that is longer than its pictures', async () => {
    const sound = [
      '-i',
      base,
      '-f',
      'lavfi',
      '-i',
      'sine=d=30',
      '-map',
      '0:v',
      '-map',
      '1:a',
      '-c:v',
      'copy',
    ];
    for (const extension of ['mp4', 'mkv']) {
      const video = await probeVideo(await make(`long-sound.${extension}`, ...sound, '-c:a', 'aac'));
      expect(video).toMatchObject({ totalFrames: 100, durationSec: 4 });
    }
  });

  it.each(["50% off #1 what's up? 视频😀 &x=1.mp4", '%05d.mp4', 'a:b.mp4', 'two\nlines.mp4', ' blank .mp4'])(
    'is called %j',
    async (name) => {
      await mkdir(at('Модель 模型 😀'), { recursive: true });
      const file = path.join(at('Модель 模型 😀'), name);
      await writeFile(file, await readFile(base));
      const video = await probeVideo(file);
      expect(video).toMatchObject({ path: file, totalFrames: 100 });
      expect(await countersOf(video, [42])).toEqual([42]);
    },
  );

  it('starts within a group of pictures: frame 0 is the first that decodes', async () => {
    const stream = await make('whole.ts', '-i', base, '-c', 'copy');
    const bytes = await readFile(stream);
    await writeFile(at('headless.ts'), bytes.subarray(188 * 40));
    const video = await probeVideo(at('headless.ts'));
    expect(video.totalFrames).toBe(75);
    expect(await countersOf(video, [0, 74])).toEqual([25, 99]);
  });

  it('has frames without content, as recorders write where the picture stays: they are no pictures of their own', async () => {
    const seldom = ['-vf', "select='lt(n,10)+not(mod(n,6))'", ...ffmpeg.passthroughArguments];
    const file = await make('stays.avi', ...countedSource(4), ...seldom, '-c:v', 'cinepak');
    const video = await probeVideo(file);
    const shown = Array.from({ length: 100 }, (_, index) => index).filter((n) => n < 10 || n % 6 === 0);
    expect(video).toMatchObject({ totalFrames: shown.length, durationSec: 3.88, warnings: [] });
    expect(Array.from(video.frameTimesSec)).toEqual(shown.map((n) => expect.closeTo(n / 25, 5) as number));
    expect(await countersOf(video, [0, 9, 10, shown.length - 1])).toEqual([0, 9, 12, 96]);
  });

  it('has one frame, or one each ten seconds', async () => {
    const one = await make('one.mp4', ...countedSource(1), '-frames:v', '1', '-c:v', encoder);
    expect((await probeVideo(one)).totalFrames).toBe(1);
    const slow = ['-f', 'lavfi', '-i', 'testsrc2=d=60:s=64x64:r=0.1', '-c:v', encoder];
    for (const extension of ['mp4', 'ts']) {
      const video = await probeVideo(await make(`slow.${extension}`, ...slow));
      expect(video.totalFrames).toBe(6);
      expect(video.durationSec).toBeCloseTo(60, 0);
    }
  });
});
