import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { locateFfmpeg } from '../../../native-models/media/ffmpeg.ts';
import { countedSource, makeVideo } from '../../../native-models/media/made-videos.ts';
import type { MediaFixture } from './testing/media-fixture.ts';
import { createMediaFixture } from './testing/media-fixture.ts';
import { Waveforms } from './waveforms.ts';

let media: MediaFixture;
const { signal } = new AbortController();

beforeAll(async () => {
  media = await createMediaFixture();
});
afterAll(() => media.remove());

async function make(name: string, args: readonly string[]): Promise<string> {
  const filePath = path.join(media.folder, name);
  await makeVideo(await locateFfmpeg(), [...args, '-c:v', 'mpeg4'], filePath);
  return filePath;
}

/** The louder of lowest and highest of each peak, as a share of what is possible. */
function loudnessOf(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, place) => {
    const [low, high] = [bytes.readInt16LE(4 * place), bytes.readInt16LE(4 * place + 2)];
    return Math.max(-low, high) / 32_768;
  });
}

/** Half a second of a sine at a quarter of full scale, between half a second and one of silence. */
const tone = "aevalsrc='if(between(t,0.5,1),0.25*sin(2*PI*1000*t),0)':s=48000:d=2";

test('peaks are those of the sound, at the times of the pictures, whatever the file is', async () => {
  const sound = ['-f', 'lavfi', '-i', tone, '-map', '0', '-map', '1', '-c:a', 'pcm_s16le'];
  const loud = Array.from({ length: 8 }, () => 0.25);
  const still = (count: number): number[] => Array.from({ length: count }, () => 0);
  const cases = [
    {
      name: 'mono.mkv',
      args: [...countedSource(2), ...sound],
      expected: [...still(8), ...loud, ...still(16)],
    },
    // The sound begins a second behind the picture, and ends with the film.
    {
      name: 'late.mkv',
      args: [...countedSource(2), '-itsoffset', '1', ...sound, '-t', '2'],
      expected: [...still(24), ...loud],
    },
    // The sound begins half a second before the first picture.
    {
      name: 'early.mkv',
      args: ['-itsoffset', '0.5', ...countedSource(1), ...sound, '-ac', '2'],
      expected: [...loud, ...still(8)],
    },
  ];
  for (const { name, args, expected } of cases) {
    media.opened.set('film', await make(name, args));
    const { status, bytes } = await media.ask('waveform/film/16.peaks');
    expect(status).toBe(200);
    const found = loudnessOf(bytes);
    // A stereo file of one sound has it in both channels.
    expect(
      found.map((share) => Number((share / (name === 'early.mkv' ? Math.SQRT1_2 : 1)).toFixed(2))),
    ).toEqual(expected);
    const finest = loudnessOf((await media.ask('waveform/film/128.peaks')).bytes);
    expect(finest).toHaveLength(expected.length * 8);
    expect(Math.max(...finest)).toBe(Math.max(...found));
  }
}, 60_000);

test('peaks are kept, and a video without sound has none', async () => {
  media.opened.set('film', path.join(media.folder, 'mono.mkv'));
  const first = await media.ask('waveform/film/2.peaks');
  const kept = await media.ask('waveform/film/2.peaks');
  expect(kept.bytes.equals(first.bytes)).toBe(true);
  expect(kept.headers['cache-control']).toBe('private, max-age=86400');
  media.opened.set('silent', await make('silent.mkv', countedSource(1)));
  expect((await media.ask('waveform/silent/2.peaks')).status).toBe(404);
  for (const address of ['waveform/film/3.peaks', 'waveform/film/../2.peaks', 'waveform/gone/2.peaks']) {
    expect((await media.ask(address)).status).toBe(404);
  }
});

test('readers of one sound share one reading, which goes on as one of them goes away', async () => {
  const film = path.join(media.folder, 'mono.mkv');
  const waveforms = new Waveforms(path.join(media.folder, 'fresh'), media.videos.open);
  const [one, other] = await Promise.all([waveforms.get(film, 16, signal), waveforms.get(film, 2, signal)]);
  if (!(one instanceof Readable) || !(other instanceof Readable)) throw new Error('It is kept already.');
  one.destroy();
  expect(await buffer(other)).toHaveLength(4 * 4);
  const gone = new AbortController();
  gone.abort();
  await expect(waveforms.get(film, 16, gone.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  const again = await waveforms.get(film, 16, signal);
  expect(again instanceof Readable ? await buffer(again) : again).toHaveLength(32 * 4);
});

test('a reading stops with its last reader, whose place is free then', async () => {
  const still = (seconds: number): Promise<string> =>
    make(`still-${seconds}.mkv`, [
      ...['-f', 'lavfi', '-i', `color=s=32x32:r=1:d=${seconds}`],
      ...['-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono', '-t', String(seconds), '-c:a', 'pcm_s16le'],
    ]);
  const [long, short] = [await still(3600), await still(2)];
  const folder = path.join(media.folder, 'stopped');
  const waveforms = new Waveforms(folder, media.videos.open);
  const reading = await waveforms.get(long, 16, signal);
  if (!(reading instanceof Readable)) throw new Error('It is kept already.');
  reading.destroy();
  // Sounds are read one behind another: the next one's turn comes when the first has ended, whose peaks would be kept then.
  const next = await waveforms.get(short, 16, signal);
  expect(next instanceof Readable ? await buffer(next) : next).toHaveLength(32 * 4);
  const kept = await readdir(folder, { recursive: true });
  expect(kept.filter((name) => name.endsWith('.peaks'))).toHaveLength(3);
}, 30_000);
