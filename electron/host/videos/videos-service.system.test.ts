import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ffmpeg } from '../../../native-models/media/ffmpeg.ts';
import { locateFfmpeg } from '../../../native-models/media/ffmpeg.ts';
import {
  chooseEncoder,
  countedSource,
  decodeAll,
  madeHeight,
  madeWidth,
  makeVideo,
  readCounter,
} from '../../../native-models/media/made-videos.ts';
import { listIsoPackets, readIsoOutline } from '../../../native-models/media/iso-packets.ts';
import type { Packet } from '../../../native-models/media/packet.ts';
import { readSubtitles } from '../../../native-models/media/subtitles/read-subtitles.ts';
import { probeVideo } from '../../../native-models/media/probe.ts';
import type { VideosServiceWithTables } from './create-videos-service.ts';
import { createVideosService } from './create-videos-service.ts';
import { probeForPeople } from './probe-for-people.ts';
import type { ProbedVideo } from '../videos-service.ts';
import { Thumbnails } from './thumbnails.ts';
import { readAsWebVtt } from './web-subtitles.ts';

let folder: string;
let ffmpeg: Ffmpeg;
/** Plays in browsers: H.264 or VP9, pictures that refer to later ones, a key frame every two seconds. */
let plain: string;
/** Plays nowhere: MPEG-4 part 2 of varying frame lengths, behind sound that starts a second earlier. */
let odd: string;
let videos: VideosServiceWithTables;

const at = (name: string): string => path.join(folder, name);
const size = { width: madeWidth, height: madeHeight };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-videos-'));
  ffmpeg = await locateFfmpeg();
  videos = createVideosService(at('tables'));
  const encoder = await chooseEncoder(ffmpeg, ['libx264', 'libopenh264', 'libvpx-vp9']);
  const sound = ['-f', 'lavfi', '-i', 'sine=d=5'];
  plain = await makeVideo(
    ffmpeg,
    [...countedSource(4), ...sound, '-c:v', encoder, '-g', '50', '-c:a', 'aac', '-shortest'],
    at('plain.mp4'),
  );
  odd = await makeVideo(
    ffmpeg,
    [
      ...['-itsoffset', '1', ...countedSource(4), ...sound, '-vf', "setpts='PTS+floor(N/10)*0.1/TB'"],
      ...[...ffmpeg.passthroughArguments, '-c:v', 'mpeg4', '-q:v', '3', '-c:a', 'mp2'],
    ],
    at('odd.mkv'),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The packets of an mp4 file, and where they lie. */
async function listedPackets(filePath: string): Promise<readonly Packet[]> {
  const movie = (await readIsoOutline(filePath))?.movie;
  return (movie && listIsoPackets(movie))?.packets ?? [];
}

/** Some pictures of an mp4 file are nothing any more that decodes. */
async function breakPictures(filePath: string, pictures: readonly number[]): Promise<void> {
  const packets = await listedPackets(filePath);
  const bytes = await readFile(filePath);
  for (const picture of pictures) {
    const { offset = 0, bytes: length = 0 } = packets[picture]?.place ?? {};
    bytes.fill(0xff, offset, offset + length);
  }
  await writeFile(filePath, bytes);
}

/** Numbers drawn into the frames of a file. */
async function countersOf(filePath: string): Promise<number[]> {
  return (await decodeAll(ffmpeg, filePath, size)).map((rgb) => readCounter(rgb));
}

describe('probing', () => {
  test('tells what browsers play and where the first frame lies on their clock', async () => {
    const { picture, playback } = await videos.probe(plain);
    expect(playback).toBe('direct');
    expect(picture).toMatchObject({
      totalFrames: 100,
      variableFrameRate: false,
      hasAudio: true,
      mediaStartSec: 0,
      tracks: [
        { index: 0, kind: 'video', codec: expect.any(String) as string, used: true },
        { index: 1, kind: 'audio', codec: 'aac', used: true },
      ],
    });
    expect(picture.warnings).toBeUndefined();
    const other = await videos.probe(odd);
    expect(other.playback).toBe('proxy-needed');
    expect(other.picture).toMatchObject({ codec: 'mpeg4', variableFrameRate: true });
    // The encoder of the sound starts some milliseconds early, which moves everything.
    expect(other.picture.mediaStartSec).toBeCloseTo(1, 1);
  });

  test.each(['mp4', 'mkv'])('chapters of a file (%s) are those of the film', async (ending) => {
    const chapters = [
      { startMs: 0, endMs: 1600, title: '<b>Opening</b>' },
      { startMs: 1600, endMs: 3000, title: 'Second; part = 1' },
      { startMs: 3000, endMs: 9000, title: 'Last' },
    ];
    const listed = chapters.map(
      ({ startMs, endMs, title }) =>
        `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${startMs}\nEND=${endMs}\ntitle=${title.replace(/[=;]/g, '\\$&')}\n`,
    );
    await writeFile(at('chapters.txt'), `;FFMETADATA1\n${listed.join('')}`);
    const file = await makeVideo(
      ffmpeg,
      ['-i', plain, '-i', at('chapters.txt'), '-map', '0:v', '-map_chapters', '1', '-c', 'copy'],
      at(`chapters.${ending}`),
    );
    const { picture } = await videos.probe(file);
    expect(picture.chapters).toEqual([
      { startSec: 0, endSec: 1.6, title: '<b>Opening</b>' },
      { startSec: 1.6, endSec: 3, title: 'Second; part = 1' },
      { startSec: 3, endSec: picture.durationSec, title: 'Last' },
    ]);
  });

  test('a file without an index is estimated from its container until its frames are counted', async () => {
    const matroska = at('plain.mkv');
    await makeVideo(ffmpeg, ['-i', plain, '-c', 'copy'], matroska);
    const fresh = createVideosService();
    const estimates: ProbedVideo[] = [];
    const counted = Promise.withResolvers<undefined>();
    const { picture } = await probeForPeople(
      {
        facts: fresh.facts,
        open: async (videoPath, signal) => {
          await counted.promise; // the frames take as long as the estimate
          return await fresh.open(videoPath, signal);
        },
      },
      matroska,
      {
        onEstimate: (estimate) => {
          estimates.push(estimate);
          counted.resolve(undefined);
        },
      },
    );
    const [estimate] = estimates;
    expect(estimate?.playback).toBe('direct');
    expect(estimate?.picture).toMatchObject({ estimated: true, fps: 25, width: picture.width });
    expect(Math.abs(estimate!.picture.durationSec - picture.durationSec)).toBeLessThan(0.1);
    expect(picture.estimated).toBeUndefined();
    expect(picture.totalFrames).toBe(100);
  });

  test('a file with an index is counted at once, without an estimate', async () => {
    const estimates: ProbedVideo[] = [];
    await createVideosService().probe(plain, { onEstimate: (estimate) => estimates.push(estimate) });
    expect(estimates).toEqual([]);
  });

  test('another of several pictures is the film where it was chosen, until that is taken back', async () => {
    const file = path.join(folder, 'two.mkv');
    const sources = ['testsrc=s=160x90:r=5:d=2', 'testsrc2=s=320x180:r=25:d=2'];
    await makeVideo(
      ffmpeg,
      [
        ...sources.flatMap((source) => ['-f', 'lavfi', '-i', source]),
        '-map',
        '0',
        '-map',
        '1',
        '-c:v',
        'mpeg4',
      ],
      file,
    );
    expect((await videos.probe(file)).picture).toMatchObject({ totalFrames: 50, width: 320 });
    videos.chooseStream(file, 0);
    const { picture } = await videos.probe(file);
    expect(picture).toMatchObject({ totalFrames: 10, width: 160, videoStream: 0 });
    expect(picture.tracks?.map(({ used }) => used)).toEqual([true, false]);
    const { timesSec } = await videos.frameTimes(file, { startSec: 0, endSec: 2 });
    expect(timesSec).toHaveLength(10);
    videos.chooseStream(file, undefined);
    const again = await videos.probe(file);
    expect(again.picture).toMatchObject({ totalFrames: 50 });
    expect(again.picture.videoStream).toBeUndefined();
  });

  test('a file that changes is looked at again', async () => {
    const changing = at('changing.mp4');
    await makeVideo(ffmpeg, [...countedSource(1), '-c:v', 'mpeg4'], changing);
    expect((await videos.probe(changing)).picture.totalFrames).toBe(25);
    await makeVideo(ffmpeg, [...countedSource(2), '-c:v', 'mpeg4'], changing);
    expect((await videos.probe(changing)).picture.totalFrames).toBe(50);
  });
});

test('subtitles inside a video are taken out on the clock of players', async () => {
  const spoken = at('spoken.srt');
  await writeFile(spoken, '1\n00:00:02,000 --> 00:00:03,500\n<i>A red</i> circle\n');
  const inside = at('spoken.mkv');
  // Everything starts at 10 s of the container's clock.
  await makeVideo(
    ffmpeg,
    [
      ...['-i', plain, '-i', spoken, '-map', '0:v', '-map', '1', '-c', 'copy'],
      ...['-metadata:s:s:0', 'language=eng', '-output_ts_offset', '10'],
    ],
    inside,
  );
  const { subtitleTracks, picture } = await videos.probe(inside);
  expect(picture.mediaStartSec).toBeCloseTo(10, 1);
  expect(subtitleTracks).toEqual([{ index: 0, label: 'English (in the video)' }]);
  const outputPath = at('spoken.vtt');
  await videos.extractSubtitles({ videoPath: inside, track: 0, outputPath });
  // A player shows such a file by the container's clock; what is counted from the first picture is 10 s less.
  const { cues } = await readSubtitles(outputPath);
  expect(cues).toEqual([{ startSec: 12, endSec: 13.5, text: 'A red circle' }]);
  expect(await readAsWebVtt({ path: outputPath }, picture.mediaStartSec)).toContain(
    '00:00:02.000 --> 00:00:03.500',
  );
});

describe('frame tables', () => {
  test('are kept from start to start, and made anew where they are damaged', async () => {
    const folderOfTables = at('kept');
    const before = await createVideosService(folderOfTables).open(odd);
    const tables = (await readdir(folderOfTables, { recursive: true })).filter((name) => /-\d+$/.test(name));
    expect(tables).toHaveLength(1);
    expect(await createVideosService(folderOfTables).open(odd)).toEqual(before);
    await writeFile(path.join(folderOfTables, tables[0] ?? ''), 'damaged');
    expect(await createVideosService(folderOfTables).open(odd)).toEqual(before);
  });
});

describe('frame times', () => {
  test('are those of the frames shown from the start to the end', async () => {
    expect(await videos.frameTimes(plain, { startSec: 1.01, endSec: 1.1 })).toEqual({
      firstFrameIndex: 25,
      timesSec: [1, 1.04, 1.08],
    });
    const { frameTimesSec } = await probeVideo(odd);
    const all = await videos.frameTimes(odd, { startSec: -5, endSec: 1e9 });
    expect(all).toEqual({ firstFrameIndex: 0, timesSec: Array.from(frameTimesSec) });
    expect(await videos.timesOfFrames(odd, [0, 10, 99])).toEqual(
      [0, 10, 99].map((index) => frameTimesSec[index]),
    );
  });
});

describe('copies for browsers', () => {
  test('show every frame at its second, where frames are of varying lengths and sound comes first', async () => {
    const progress: number[] = [];
    const outputPath = at('odd-proxy.mp4');
    await videos.makeProxy(
      { videoPath: odd, outputPath },
      { onProgress: (doneSec) => progress.push(doneSec) },
    );
    const [before, after] = [await videos.probe(odd), await videos.probe(outputPath)];
    expect(after.playback).toBe('direct');
    expect(after.picture.mediaStartSec).toBeCloseTo(before.picture.mediaStartSec, 2);
    const [original, copy] = [await probeVideo(odd), await probeVideo(outputPath)];
    const largest = original.frameTimesSec.map((sec, index) =>
      Math.abs(sec - (copy.frameTimesSec[index] ?? Infinity)),
    );
    expect(Math.max(...largest)).toBeLessThan(0.001);
    expect(await countersOf(outputPath)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(progress.at(-1)).toBeCloseTo(before.picture.durationSec, 3);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  test('keep pictures as they are when only the container is strange', async () => {
    const stream = await makeVideo(ffmpeg, ['-i', plain, '-c', 'copy'], at('stream.ts'));
    expect((await videos.probe(stream)).playback).toBe('proxy-needed');
    const outputPath = at('stream-proxy.mp4');
    await videos.makeProxy({ videoPath: stream, outputPath });
    const pictures = await decodeAll(ffmpeg, outputPath, size);
    const originals = await decodeAll(ffmpeg, plain, size);
    expect(pictures.every((rgb, index) => Buffer.from(rgb).equals(originals[index] ?? Buffer.alloc(0)))).toBe(
      true,
    );
  });

  test('of a file whose pictures stay, or whose first or some later picture is broken, show what there is', async () => {
    const seldom = ['-vf', "select='lt(n,10)+not(mod(n,6))'", ...ffmpeg.passthroughArguments];
    const stays = await makeVideo(ffmpeg, [...countedSource(2), ...seldom, '-c:v', 'cinepak'], at('s.avi'));
    await videos.makeProxy({ videoPath: stays, outputPath: at('stays-proxy.mp4') });
    expect(await countersOf(at('stays-proxy.mp4'))).toEqual([
      ...Array(10).keys(),
      12,
      18,
      24,
      30,
      36,
      42,
      48,
    ]);

    const encoder = await chooseEncoder(ffmpeg, ['libx264', 'libopenh264']);
    const keys = ['-c:v', encoder, '-force_key_frames', '0,0.04,1,1.04', '-bf', '0'];
    const broken = await makeVideo(ffmpeg, [...countedSource(2), ...keys], at('broken.mp4'));
    await breakPictures(broken, [0]);
    const probed = await videos.probe(broken);
    expect(probed).toMatchObject({ playback: 'direct', picture: { totalFrames: 49 } });
    expect(probed.picture.warnings).toMatchObject([{ code: 'VIDEO_DECODE_FAILED' }]);
    await videos.makeProxy({ videoPath: broken, outputPath: at('broken-proxy.mp4') });
    // Not the broken picture, which browsers stop at.
    expect(await countersOf(at('broken-proxy.mp4'))).toEqual([...Array(50).keys()].slice(1));
    const [packet] = (await listedPackets(at('broken-proxy.mp4'))).toSorted((a, b) => a.time - b.time);
    expect(packet?.time).toBeGreaterThan(0);
    expect((await videos.probe(at('broken-proxy.mp4'))).picture).toMatchObject({
      totalFrames: 49,
      mediaStartSec: probed.picture.mediaStartSec,
    });

    const holed = await makeVideo(ffmpeg, [...countedSource(2), '-c:v', 'png'], at('holed.mkv'));
    const bytes = await readFile(holed);
    const headers: number[] = [];
    for (let seen = bytes.indexOf('IHDR'); seen !== -1; seen = bytes.indexOf('IHDR', seen + 1))
      headers.push(seen);
    for (const hole of [20, 21]) bytes.fill(0xff, headers[hole], (headers[hole] ?? 0) + 12);
    await writeFile(holed, bytes);
    await videos.makeProxy({ videoPath: holed, outputPath: at('holed-proxy.mp4') });
    expect(await countersOf(at('holed-proxy.mp4'))).toEqual(
      [...Array(50).keys()].filter((n) => n !== 20 && n !== 21),
    );
  });

  test('are there whole or not at all', async () => {
    const stop = new AbortController();
    const outputPath = at('cancelled.mp4');
    const making = videos.makeProxy({ videoPath: odd, outputPath }, { signal: stop.signal });
    stop.abort();
    await expect(making).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await readdir(folder)).filter((name) => name.includes('cancelled'))).toEqual([]);
    await expect(
      videos.makeProxy({ videoPath: odd, outputPath: path.join(folder, 'absent', 'x.mp4') }),
    ).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
  });
});

describe('clips', () => {
  test('begin at the frame shown at their start and end before their end', async () => {
    const outputPath = at('clip.mp4');
    await videos.cutClip({ videoPath: plain, startSec: 1.3, endSec: 2, outputPath, mode: 'encode' });
    // 1.3 s lies within frame 32 (1.28 to 1.32 s); frame 50 begins at 2 s.
    expect(await countersOf(outputPath)).toEqual(Array.from({ length: 18 }, (_, index) => 32 + index));
  });

  test('of varying frame lengths begin and end at the same frames as the moment', async () => {
    const outputPath = at('odd-clip.mkv');
    const { timesSec } = await videos.frameTimes(odd, { startSec: 0, endSec: 100 });
    const range = { startSec: timesSec[20] ?? 0, endSec: timesSec[41] ?? 0 };
    await videos.cutClip({ videoPath: odd, ...range, outputPath, mode: 'encode' });
    expect(await countersOf(outputPath)).toEqual(Array.from({ length: 21 }, (_, index) => 20 + index));
  });

  test('that are copied begin at the key frame before', async () => {
    const outputPath = at('copy.mp4');
    await videos.cutClip({ videoPath: plain, startSec: 2.5, endSec: 3, outputPath, mode: 'copy' });
    const counters = await countersOf(outputPath);
    expect(counters[0]).toBeLessThanOrEqual(62);
    expect(counters.at(-1)).toBeGreaterThanOrEqual(73);
  });

  test('of nothing, or into a file of no container, are refused', async () => {
    const clip = { videoPath: plain, outputPath: at('none.mp4'), mode: 'encode' } as const;
    await expect(videos.cutClip({ ...clip, startSec: 3, endSec: 3 })).rejects.toMatchObject({
      code: 'RANGE_INVALID',
    });
    await expect(
      videos.cutClip({ ...clip, outputPath: at('none.txt'), startSec: 0, endSec: 1 }),
    ).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });
});

describe('thumbnails', () => {
  test('are the frame that is shown at the time, whatever lies between it and a key frame', async () => {
    const thumbnails = new Thumbnails(at('thumbnails'), videos.open);
    const { signal } = new AbortController();
    for (const [file, timeSec, frame] of [
      [plain, 0, 0],
      [plain, 1.39, 34],
      [plain, 3.97, 99],
      [plain, 1e6, 99],
      [odd, 0.45, 9],
    ] as const) {
      const picture = await thumbnails.get(file, timeSec, 160, signal);
      const jpeg = at(`${frame}.jpg`);
      await writeFile(jpeg, picture);
      expect([timeSec, await countersOf(jpeg)]).toEqual([timeSec, [frame]]);
    }
  });

  test('of a file whose frames are being counted are the frame of the time, too, and do not wait for the count', async () => {
    const matroska = await makeVideo(ffmpeg, ['-i', plain, '-c', 'copy'], at('counted-later.mkv'));
    const thumbnails = new Thumbnails(at('early'), () => Promise.reject(new Error('not counted yet')));
    const { signal } = new AbortController();
    for (const [timeSec, frame] of [
      [0, 0],
      [1.36, 34],
      [3.96, 99],
    ] as const) {
      const jpeg = at(`early-${frame}.jpg`);
      await writeFile(jpeg, await thumbnails.beforeCounted(matroska, timeSec, 160, signal));
      const [shown = NaN] = await countersOf(jpeg);
      expect(shown - frame).toBeGreaterThanOrEqual(0);
      expect(shown - frame).toBeLessThanOrEqual(1);
    }
    const behind = at('behind.jpg');
    await writeFile(behind, await thumbnails.beforeCounted(matroska, 4.5, 160, signal));
    expect((await countersOf(behind))[0]).toBeGreaterThanOrEqual(50);
  });

  test('that are asked for together are made together, each of its own frame', async () => {
    const thumbnails = new Thumbnails(at('run'), videos.open);
    const { signal } = new AbortController();
    const runSec = [0.4, 0.8, 1.2, 1.6, 2.4, 3.2];
    await thumbnails.get(plain, 0.4, 160, signal, runSec);
    // Nobody asked for the others yet.
    const made = async () =>
      (await readdir(at('run'), { recursive: true })).filter((name) => name.endsWith('.jpg'));
    await expect.poll(async () => (await made()).length, { timeout: 20_000 }).toBe(runSec.length);
    for (const timeSec of runSec) {
      const jpeg = at(`run-${timeSec}.jpg`);
      await writeFile(jpeg, await thumbnails.get(plain, timeSec, 160, signal, runSec));
      expect(await countersOf(jpeg)).toEqual([Math.round(timeSec * 25)]);
    }
  });

  test('nobody waits for are not made', async () => {
    const thumbnails = new Thumbnails(at('queue'), videos.open);
    const stop = new AbortController();
    const stopped = Array.from({ length: 20 }, (_, index) =>
      thumbnails.get(plain, index / 10, 320, stop.signal),
    );
    await Promise.race(stopped);
    stop.abort();
    await Promise.allSettled(stopped);
    const { signal } = new AbortController();
    const made = async () =>
      (await readdir(at('queue'), { recursive: true })).filter((name) => name.endsWith('-320.jpg'));
    await thumbnails.get(plain, 3.5, 640, signal);
    const before = await made();
    expect(before.length).toBeLessThan(20);
    for (const timeSec of [0.5, 1, 1.5]) await thumbnails.get(plain, timeSec, 640, signal);
    expect(await made()).toEqual(before);
  });
});
