import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateFfmpeg } from '../../native-models/media/ffmpeg.ts';
import { chooseEncoder, makeVideo } from '../../native-models/media/made-videos.ts';
import type { CliResult } from './testing/run-cli.ts';
import { runCli } from './testing/run-cli.ts';

/* `probe`, `subtitles`, `annotations read` and `annotations convert`, as scripts of other people use them. */

let folder: string;
/** 50 frames at 29.97 with a timecode, whose pictures begin 1.5 s after the sound. */
let late: string;

const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-files-'));
  const ffmpeg = await locateFfmpeg();
  const encoder = await chooseEncoder(ffmpeg, ['libx264', 'mpeg4']);
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x96:r=30000/1001:d=1.66'];
  await makeVideo(ffmpeg, [...picture, '-c:v', encoder, '-pix_fmt', 'yuv420p', '-g', '10'], at('film.mp4'));
  const sound = ['-f', 'lavfi', '-i', 'sine=d=5', '-itsoffset', '1.5', '-i', at('film.mp4')];
  const tracks = ['-map', '1:v', '-map', '0:a', '-c:v', 'copy', '-c:a', 'aac'];
  const marks = ['-metadata:s:a:0', 'language=deu', '-timecode', '01:00:00;00'];
  late = await makeVideo(ffmpeg, [...sound, ...tracks, ...marks], at('late 50%.mp4'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function result({ code, stdout, stderr }: CliResult): Record<string, unknown> {
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('    at ')]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function written(name: string, text: string | Uint8Array): Promise<string> {
  await writeFile(at(name), text);
  return at(name);
}

describe('probe', () => {
  it('says what a video holds, its frames on the player’s clock', async () => {
    const described = result(await runCli(['probe', late, '--frames', '--json']));
    const { frameTimesSec, ...facts } = described as { frameTimesSec: readonly number[] };
    expect(facts).toMatchObject({
      path: late,
      container: expect.stringContaining('mp4') as string,
      durationSec: expect.closeTo((50 * 1001) / 30_000, 3) as number,
      startSec: expect.closeTo(1.5, 2) as number,
      fps: expect.closeTo(30_000 / 1001, 6) as number,
      ...{ totalFrames: 50, width: 160, height: 96, rotation: 0, videoStream: 0 },
      timecode: { start: '01:00:00;00', dropFrame: true, fps: expect.closeTo(30_000 / 1001, 6) as number },
      warnings: [],
    });
    expect(described['streams']).toMatchObject([
      { index: 0, kind: 'video', attachedPicture: false },
      { index: 1, kind: 'audio', codec: 'aac', language: 'deu', default: true, attachedPicture: false },
      { index: 2, kind: 'other' },
    ]);
    expect(frameTimesSec).toHaveLength(50);
    expect(frameTimesSec[0]).toBeCloseTo(Number(described['startSec']), 6);
  });

  it('is a table without --json, and lists no frames unless asked', async () => {
    const { code, stdout } = await runCli(['probe', late]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/50 frames[\s\S]*01:00:00;00[\s\S]*deu/u)]);
    expect(result(await runCli(['probe', late, '--json']))).not.toHaveProperty('frameTimesSec');
  });
});

describe('subtitles', () => {
  it('gives the cues, what was skipped with its line, and the encoding', async () => {
    const text =
      '1\n00:00:03,000 --> 00:00:04,000\n字幕\n\n2\n00:00:02,000 --> 00:00:01,000\nback\n\n3\n00:00:01,000 --> 00:00:02,500\nfirst\n';
    const file = await written('u16.srt', Buffer.from(`\ufeff${text}`, 'utf16le'));
    expect(result(await runCli(['subtitles', file, '--json']))).toEqual({
      ...{ form: 'srt', encoding: 'utf-16le', encodingCertain: true, warnings: [] },
      cues: [
        { startSec: 1, endSec: 2.5, text: 'first' },
        { startSec: 3, endSec: 4, text: '字幕' },
      ],
      skipped: [{ line: 6, reason: expect.stringContaining('ends before it starts') as string }],
    });
  });

  it('are read in the encoding that is named, and a guess is warned of', async () => {
    const bytes = Buffer.concat([
      Buffer.from('1\n00:00:01,000 --> 00:00:02,000\n'),
      Buffer.from([0xd0, 0xc2]),
    ]);
    const file = await written('short.srt', bytes);
    const asked = result(await runCli(['subtitles', file, '--encoding', 'gbk', '--json']));
    expect(asked).toMatchObject({ encoding: 'gbk', cues: [{ text: '新' }], warnings: [] });
    const guessed = await runCli(['subtitles', file, '--json']);
    expect(result(guessed)['warnings']).toMatchObject([{ code: 'SUBTITLES_ENCODING_GUESSED' }]);
    expect(guessed.stderr).toContain('SUBTITLES_ENCODING_GUESSED');
  });
});

describe('annotations', () => {
  it('are read with the video’s rate and length; what was skipped and assumed is said', async () => {
    const table = 'start,end,text,label\n00:00:00:15,00:00:01:00,läuft,Hund\n1,9,lang,\n5,6,danach,\n';
    const file = await written('labels.csv', table);
    const read = result(await runCli(['annotations', 'read', file, '--video', late, '--json']));
    expect(read).toEqual({
      ...{ form: 'csv', encoding: 'utf-8', delimiter: ',' },
      moments: [
        { startSec: 0.5005, endSec: 1.001, text: 'läuft', label: 'Hund', video: 'late 50%.mp4' },
        { startSec: 1, endSec: expect.closeTo(1.668, 3) as number, text: 'lang', video: 'late 50%.mp4' },
      ],
      skipped: [{ place: 'line 4', reason: 'it starts after the end of the video' }],
      assumed: [expect.stringContaining('cut to its end') as string],
    });
    const faster = result(await runCli(['annotations', 'read', file, '--fps', '60', '--json']));
    expect(faster['moments']).toMatchObject([{ startSec: 0.25, endSec: 1 }, {}, {}]);
  });

  it('are written on the clock of the form: subtitles on the player’s, which begins before the pictures', async () => {
    const file = await written('m.json', '[{"startSec":0.5,"endSec":1,"text":"hello"}]');
    const convert = (form: string): Promise<CliResult> =>
      runCli([
        'annotations',
        'convert',
        file,
        '--video',
        late,
        '--to',
        form,
        '--out',
        at(`m.${form}`),
        '--json',
      ]);
    expect(result(await convert('srt'))).toEqual({
      ...{ form: 'moments', to: 'srt', files: [at('m.srt')], skipped: [], assumed: [] },
      moments: 1,
    });
    const srt = await readFile(at('m.srt'), 'utf8');
    expect(srt).toBe('1\n00:00:02,000 --> 00:00:02,500\nhello\n');
    await convert('edl');
    expect(await readFile(at('m.edl'), 'utf8')).toMatch(/FCM: DROP FRAME[\s\S]*01:00:00;15 01:00:01;00/u);
  });
});

describe('what cannot be used', () => {
  it.each([
    ['VIDEO_NOT_FOUND', ['probe', 'none.mp4']],
    ['VIDEO_NOT_RECOGNIZED', ['probe', 'words.txt']],
    ['SUBTITLES_INVALID', ['subtitles', 'words.txt']],
    ['ANNOTATIONS_INVALID', ['annotations', 'read', 'words.txt']],
    ['VIDEO_NOT_FOUND', ['annotations', 'read', 'm.json', '--video', 'none.mp4']],
    [
      'OUTPUT_UNWRITABLE',
      ['annotations', 'convert', 'm.json', '--video', 'late 50%.mp4', '--to', 'csv', '--out', 'none/x.csv'],
    ],
    // Node's own way to make a folder with those above it never ends there.
    [
      'OUTPUT_UNWRITABLE',
      [
        'annotations',
        'convert',
        'm.json',
        '--video',
        'late 50%.mp4',
        '--to',
        'clips',
        '--out',
        '/proc/videomind',
      ],
    ],
  ])('is %s, exit 1, also as JSON: %j', async (code, args) => {
    await written('words.txt', 'words alone\n');
    await written('m.json', '[{"startSec":0.5,"endSec":1}]');
    const run = await runCli([...args, '--json'], { cwd: folder });
    expect(run.stderr).toMatch(new RegExp(`^${code}: .+\\n.+`, 'm'));
    expect([run.code, run.stderr]).toEqual([1, expect.not.stringContaining('    at ')]);
    expect(JSON.parse(run.stdout)).toMatchObject({ error: { code, details: {} } });
  });

  it.each([
    ['no file', ['probe']],
    ['an unknown encoding', ['subtitles', 'x.srt', '--encoding', 'klingon']],
    ['a rate of nothing', ['annotations', 'read', 'x.csv', '--fps', '0']],
    ['no form to write', ['annotations', 'convert', 'x.csv', '--video', 'x.mp4', '--out', 'y']],
  ])('with %s is wrong usage, exit 2', async (_name, args) => {
    const run = await runCli(args);
    expect([run.code, run.stdout]).toEqual([2, '']);
  });
});
