import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunEstimate } from '../../native-models/protocol/run-estimate.ts';
import type { RunRecord } from '../../native-models/protocol/run-record.ts';
import type { RunTrace } from '../../native-models/protocol/run-trace.ts';
import { programPath } from '../host/paths.ts';
import { toyPackagePath } from './testing/own-annotations.ts';
import { runCli, startCli } from './testing/run-cli.ts';

const clip = path.join(programPath, 'assets', 'example', 'clip.mp4');
const ask = ['ask', clip, 'When does it rise?', '--model', toyPackagePath, '--device', 'cpu'];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-search-'));
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('ask --search windows looks at every stretch and says so in the record', async () => {
  const { stdout, code } = await runCli([...ask, '--search', 'windows', '--window-sec', '5', '--json']);
  expect(code).toBe(0);
  const { search, video, candidates } = JSON.parse(stdout) as RunRecord;
  expect(search).toMatchObject({ mode: 'windows', leftOut: [] });
  const byStart = search!.windows.toSorted((one, other) => one.startSec - other.startSec);
  expect(byStart[0]!.startSec).toBe(0);
  expect(video.durationSec - byStart.at(-1)!.endSec).toBeLessThan(2);
  expect(byStart.length).toBeGreaterThan(1);
  expect(candidates.length).toBeLessThanOrEqual(5);
});

test('a window’s length without a search of windows, and one beyond the grounder’s frames, are told', async () => {
  const misused = await runCli([...ask, '--window-sec', '5']);
  expect(misused).toMatchObject({ code: 2, stderr: expect.stringContaining('--search windows') as string });
  const tooLong = await runCli([...ask, '--search', 'windows', '--window-sec', '9999', '--json']);
  expect(tooLong.code).toBe(1);
  expect(JSON.parse(tooLong.stdout)).toMatchObject({ error: { code: 'ARGUMENT_INVALID' } });
});

test('Ctrl-C ends a search of windows, which answers from what it found', async () => {
  const { child, result } = startCli([
    ...ask,
    '--search',
    'windows',
    '--window-sec',
    '4',
    '--sample-fps',
    '3',
  ]);
  let printed = '';
  await new Promise<void>((begun) => {
    child.stdout!.on('data', (data: Buffer) => {
      printed += data.toString();
      if (printed.includes('Ctrl-C')) begun();
    });
  });
  process.kill(-child.pid!, 'SIGINT');
  const { code, stdout, stderr } = await result;
  expect(stderr).toContain('SEARCH_ENDING');
  expect(code).toBe(0);
  expect(stdout).toContain('Moment');
});

test('prepare reads a video ahead: the question after it, by another process, encodes nothing of what is searched', async () => {
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'fresh-caches');
  const searched = ['--model', toyPackagePath, '--device', 'cpu', '--search', 'windows', '--window-sec', '6'];
  const first = await runCli(['prepare', clip, ...searched, '--json']);
  expect(first.code).toBe(0);
  const { prepared } = JSON.parse(first.stdout) as { prepared: { pairs: number; encodedPairs: number }[] };
  expect(prepared[0]!.encodedPairs).toBeGreaterThan(0);
  const again = await runCli(['prepare', clip, ...searched]);
  expect(again.stdout).toContain(`all ${prepared[0]!.pairs} frame pairs were there already`);
  const trace = path.join(folder, 'trace.json');
  const roles = ['--roles', 'grounder', '--trace', trace];
  expect((await runCli(['ask', clip, 'When does it rise?', ...searched, ...roles])).code).toBe(0);
  const { caches } = JSON.parse(await readFile(trace, 'utf8')) as RunTrace;
  expect(caches!.visionFeatures.misses).toBe(0);
});

test('prepare goes on behind a file that is no video, names it and ends with 1', async () => {
  const bad = path.join(folder, 'notes.mp4');
  await writeFile(bad, 'no video');
  const args = ['prepare', bad, clip, '--model', toyPackagePath, '--device', 'cpu', '--json'];
  const { code, stdout, stderr } = await runCli(args);
  expect(code).toBe(1);
  expect(stderr).toContain('notes.mp4');
  expect(JSON.parse(stdout)).toMatchObject({
    prepared: [{ videoPath: clip }],
    failed: [{ videoPath: bad, code: 'VIDEO_NOT_RECOGNIZED' }],
  });
});

test('prepare reads every video of a folder, and says of one without any that it has none', async () => {
  const films = path.join(folder, 'read-ahead');
  await mkdir(films);
  const args = ['prepare', films, '--model', toyPackagePath, '--device', 'cpu', '--json'];
  const none = await runCli(args);
  expect(none.code).toBe(1);
  expect(JSON.parse(none.stdout)).toMatchObject({
    error: { code: 'VIDEO_NOT_FOUND', message: `${films} has no video in it.` },
  });
  await writeFile(path.join(films, 'notes.txt'), 'no video');
  for (const name of ['a.mp4', 'b.MP4']) await copyFile(clip, path.join(films, name));
  const { code, stdout } = await runCli(args);
  expect(code).toBe(0);
  const { prepared } = JSON.parse(stdout) as { prepared: { videoPath: string }[] };
  expect(prepared.map(({ videoPath }) => videoPath)).toEqual([
    path.join(films, 'a.mp4'),
    path.join(films, 'b.MP4'),
  ]);
});

test('--estimate asks nothing; how long it takes is told once it was measured, and by a question itself', async () => {
  const asked = [...ask, '--search', 'windows', '--window-sec', '5', '--threads', '1'];
  const before = await runCli([...asked, '--estimate']);
  expect(before).toMatchObject({ code: 0, stdout: expect.stringContaining('not measured yet') as string });
  expect(before.stdout).toMatch(/grounder +\d+ .*\d+/u);
  const { stdout } = await runCli([...asked, '--json']);
  const { timings } = JSON.parse(stdout) as RunRecord;
  const after = await runCli([...asked, '--estimate', '--json']);
  const { time, roles } = JSON.parse(after.stdout) as RunEstimate;
  expect(time?.roles.map(({ role }) => role)).toEqual(roles.map(({ role }) => role));
  // All that it looked at is on the disk by now: what is left is reading and replying.
  expect(time!.roles.find(({ role }) => role === 'grounder')!.seconds).toBeLessThan(timings['grounder']!);
  expect((await runCli(asked)).stdout).toMatch(/^Time +about \d+ s \(planner \d+ s, grounder/mu);
});

test('several videos are asked as one: one list of moments, the answer from the best, and what was found is not looked for again', async () => {
  const films = path.join(folder, 'films');
  await mkdir(films);
  await copyFile(clip, path.join(films, 'one.mp4'));
  await copyFile(clip, path.join(films, 'two.mp4'));
  await writeFile(path.join(films, 'broken.mp4'), 'no video');
  await writeFile(path.join(films, 'notes.txt'), 'no video either');
  const out = path.join(folder, 'found.jsonl');
  const [, , ...asked] = ask;
  const every = ['ask', '--every', films, ...asked, '--candidates', '3', '--out', out, '--json'];
  const first = await runCli(every);
  expect(first.code).toBe(1);
  const record = JSON.parse(first.stdout) as RunRecord & { failed: unknown };
  expect(record.failed).toMatchObject([{ videoPath: path.join(films, 'broken.mp4') }]);
  expect(record.videos?.map((video) => path.basename(video.path))).toEqual(['one.mp4', 'two.mp4']);
  expect(record.candidates).toHaveLength(3);
  const scores = record.candidates.map(({ verifierScore }) => verifierScore!);
  expect(scores).toEqual(scores.toSorted((one, other) => other - one));
  expect(new Set(record.candidates.map(({ video }) => video)).size).toBe(2);
  expect(record.moment?.video).toBe(record.candidates[0]!.video);
  expect(record.answer?.text).not.toBe('');
  const again = JSON.parse((await runCli(every)).stdout) as RunRecord;
  expect(again.candidates).toEqual(record.candidates);
  // Nobody looked for moments again: the times are those that it took before.
  expect(again.timings['grounder']).toBe(record.timings['grounder']);
});

test('a question without its quotes is not taken for files', async () => {
  const { code, stderr } = await runCli([
    'ask',
    clip,
    'When',
    'does',
    'it',
    'rise?',
    '--model',
    toyPackagePath,
  ]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/no videos are When, does, it; put a question of several words into quotes/u);
  const missing = await runCli(['ask', clip, 'gone.mp4', 'When?', '--model', toyPackagePath]);
  expect(missing.code).toBe(1);
  expect(missing.stderr).toMatch(/VIDEO_NOT_FOUND: There is no file gone\.mp4/u);
});
