import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../native-models/protocol/run-record.ts';
import { programPath } from '../host/paths.ts';
import { toyPackagePath } from './testing/own-annotations.ts';
import { runCli } from './testing/run-cli.ts';

const clip = path.join(programPath, 'assets', 'example', 'clip.mp4');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-from-'));
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * The bytes of what was computed: a record without what is measured (how long it took, when it was asked, how many tokens an
 * earlier question had left to be read again) and without the place of the video.
 */
function computed(text: string): string {
  const record = JSON.parse(text) as RunRecord;
  const tokens = Object.entries(record.tokens).map(([role, { prompt, generated }]) => [
    role,
    prompt,
    generated,
  ]);
  const video = { ...record.video, path: '' };
  return JSON.stringify({ ...record, video, tokens, timings: Object.keys(record.timings), provenance: {} });
}

describe('a record', () => {
  it('says how it was sampled, with the seed that was drawn, and asks the same again', async () => {
    const asked = await runCli([
      ...[
        'ask',
        clip,
        'What moves?',
        '--model',
        toyPackagePath,
        '--temperature',
        '0.9',
        '--max-tokens',
        '12',
      ],
      ...['--start', '1', '--end', '8', '--candidates', '3', '--device', 'cpu', '--json'],
    ]);
    const record = JSON.parse(asked.stdout) as RunRecord;
    expect(record.settings).toMatchObject({
      temperature: 0.9,
      maxTokens: 12,
      startSec: 1,
      endSec: 8,
      candidates: 3,
    });
    expect(record.settings?.seed).toBeGreaterThanOrEqual(0);
    expect(record.provenance?.programVersion).toMatch(/^\d+\./);
    const file = path.join(folder, 'record.json');
    await writeFile(file, asked.stdout);
    const again = await runCli(['ask', '--from', file, '--device', 'cpu', '--json']);
    expect(again.code).toBe(0);
    expect(computed(again.stdout)).toBe(computed(asked.stdout));
  });

  it('is asked of its video where that lies now, and takes no other settings', async () => {
    const file = path.join(folder, 'record.json');
    const moved = path.join(folder, 'moved.mp4');
    await copyFile(clip, moved);
    const again = await runCli(['ask', moved, '--from', file, '--device', 'cpu', '--json']);
    expect((JSON.parse(again.stdout) as RunRecord).video.path).toBe(moved);
    expect(computed(again.stdout)).toBe(computed(await readFile(file, 'utf8')));
    const other = await runCli(['ask', '--from', file, '--temperature', '0']);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('--temperature');
  });

  it('that is none is named', async () => {
    const file = path.join(folder, 'none.json');
    await writeFile(file, '{"question": 3}');
    const asked = await runCli(['ask', '--from', file]);
    expect(asked.code).toBe(1);
    expect(asked.stderr).toContain('is no record of a run');
  });
});

describe('wrong usage of ask', () => {
  it.each([
    ['one option', ['--option', 'a'], '--option 2 to 26 times'],
    ['an empty option', ['--option', 'a', '--option', ' '], 'an --option is empty'],
    ['an end at 0', ['--end', '0'], 'above 0'],
  ])('%s ends with 2', async (_, more, message) => {
    const asked = await runCli(['ask', clip, 'What?', '--model', toyPackagePath, ...more]);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain(message);
  });
});
