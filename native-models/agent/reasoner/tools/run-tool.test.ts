import { describe, expect, test } from 'vitest';
import { readJson } from '../../../python-text/read-json.ts';
import { createFakeModel } from '../../test-support/fake-model.ts';
import { fakeVideo } from '../../test-support/fake-video.ts';
import { readToolPackJson, readToolPackText, toolPackNames } from '../../test-support/tool-pack.ts';
import { RunJournal } from '../../run-journal.ts';
import type { Run } from '../../run.ts';
import { readProtocol } from './read-protocol.ts';
import { runTool } from './run-tool.ts';
import type { ToolBench } from './run-tool.ts';

const protocol = readProtocol(readToolPackText('pack-tools', 'tools.json'));
const model = await createFakeModel();

function benchOn(
  video = fakeVideo({ totalFrames: 150, fps: 30, width: 112, height: 84 }),
  changes = {},
): ToolBench {
  const run = { model, video, journal: new RunJournal(() => undefined), request: {} } as unknown as Run;
  return {
    ...{ run, shownPath: 'film.mp4', readerFactor: 28, subtitles: [], videoMind: undefined },
    protocol: { ...protocol, ...changes },
  };
}

function call(text: string, name = 'crop_video') {
  return { name, arguments: readJson(text)! };
}

describe.each(toolPackNames)('crops of %s', (pack) => {
  interface CropRow {
    readonly totalFrames: number;
    readonly rate: number;
    readonly startSec: number;
    readonly endSec: number;
    readonly fps: number;
    readonly maxFrames: number;
    readonly minFrames: number;
    readonly result: { readonly frameIndices?: number[]; readonly refused?: string };
  }
  const { cropFrames } = readToolPackJson(pack, 'expected/tables.json') as { cropFrames: CropRow[] };

  test('show the frames that the reference shows, or are refused as there', async () => {
    expect(cropFrames.length).toBeGreaterThan(200);
    for (const { totalFrames, rate, startSec, endSec, fps, maxFrames, minFrames, result } of cropFrames) {
      // Times are looked up in none of the frames: they are all alike.
      const video = {
        ...fakeVideo({ totalFrames: 4 }),
        totalFrames,
        fps: rate,
        durationSec: totalFrames / rate,
      };
      const bench = benchOn(video, { crop: { ...protocol.crop, fps, maxFrames, minFrames } });
      const written = JSON.stringify({ video_path: 'film.mp4', start_time: startSec, end_time: endSec });
      const { clip, refusal } = await runTool(bench, call(written));
      expect({
        ...(clip === undefined ? {} : { frameIndices: clip.imageIndices }),
        ...(refusal === undefined ? {} : { refused: refusal }),
      }).toEqual(result);
    }
  });
});

describe('what is wrong with a call is told, in the order of the checks', () => {
  test.each([
    ['unknown-tool', 'zoom', '{}', 'No such tool: zoom'],
    ['unknown-tool', 'constructor', '{}', 'No such tool: constructor'],
    ['arguments', 'crop_video', '"{}"', 'Failed: the arguments are no object'],
    ['arguments', 'crop_video', 'null', 'Failed: the arguments are no object'],
    ['missing', 'crop_video', '{"end_time": 1}', 'Failed: video_path is missing'],
    ['missing', 'crop_video', '{"video_path": "x", "end_time": 1}', 'Failed: start_time is missing'],
    [
      'path',
      'crop_video',
      '{"video_path": "x", "start_time": "a", "end_time": 1}',
      'Failed: there is no film x',
    ],
    [
      'path',
      'crop_video',
      '{"video_path": ["film.mp4"], "start_time": 0, "end_time": 1}',
      "Failed: there is no film ['film.mp4']",
    ],
    [
      'number',
      'crop_video',
      '{"video_path": "film.mp4", "start_time": "1", "end_time": 1}',
      'Failed: start_time is no number',
    ],
    [
      'number',
      'crop_video',
      '{"video_path": "film.mp4", "start_time": true, "end_time": 1}',
      'Failed: start_time is no number',
    ],
    [
      'start',
      'crop_video',
      '{"video_path": "film.mp4", "start_time": 5.0, "end_time": null}',
      'Failed: 5.0s lies behind the end of the film (5.00s)',
    ],
    [
      'number',
      'crop_video',
      '{"video_path": "film.mp4", "start_time": 4, "end_time": null}',
      'Failed: end_time is no number',
    ],
    [
      'range',
      'crop_video',
      '{"video_path": "film.mp4", "start_time": 4, "end_time": 2}',
      'Failed: no two frames lie between 4s and 2s',
    ],
    [
      'range',
      'crop_video',
      '{"video_path": "film.mp4", "start_time": NaN, "end_time": 2}',
      'Failed: no two frames lie between nans and 2s',
    ],
    [
      'range',
      'crop_video',
      '{"video_path": "film.mp4", "start_time": 1.005, "end_time": 1.01}',
      'Failed: no two frames lie between 1.005s and 1.01s',
    ],
  ])('%s: %s %s', async (refusal, name, written, text) => {
    expect(await runTool(benchOn(), call(written, name))).toEqual({ ok: false, refusal, text });
  });

  test.each([
    [1.0, 1.1, [30, 33], [1, 1.1]],
    [-3, 1e300, [0, 37, 75, 112, 149].length, undefined],
  ])('a stretch from %d to %d is looked at', async (start, end, frames, span) => {
    const given = call(`{"video_path": "film.mp4", "start_time": ${start}, "end_time": ${end}}`);
    const result = await runTool(benchOn(), given);
    expect(result.ok).toBe(true);
    if (Array.isArray(frames)) expect(result.clip!.imageIndices).toEqual(frames);
    expect(result.spanSec).toEqual(span ?? [0, 5]);
  });
});

describe('a reply’s text can never make the program read a file or reach the network', () => {
  test.each([
    '/etc/passwd',
    '../film.mp4',
    'file:///etc/passwd',
    'http://localhost:1/film.mp4',
    'film.mp4\u0000',
    './film.mp4',
    'concat:film.mp4',
    '-i',
  ])('%j is not opened', async (path) => {
    const reached: string[] = [];
    const bench = benchOn();
    const reader = new Proxy({}, { get: (_, name) => reached.push(String(name)) });
    const given = call(JSON.stringify({ video_path: path, start_time: 0, end_time: 1 }));
    const result = await runTool({ ...bench, run: { ...bench.run, reader: reader as Run['reader'] } }, given);
    expect(result).toMatchObject({ ok: false, refusal: 'path' });
    expect(reached).toEqual([]);
  });
});

describe('tools beside crops', () => {
  const kinds = {
    toolKinds: {
      frame: { kind: 'frame' as const, time: 'at', region: 'part' },
      find: { kind: 'ground' as const, description: 'what' },
      check: { kind: 'verify' as const, description: 'what', start: 'from', end: 'to' },
      read: { kind: 'subtitles' as const, start: 'from', end: 'to' },
    },
  };

  test('one frame at full size, or a part of it, as large as the budget allows', async () => {
    const video = fakeVideo({ totalFrames: 150, fps: 30, width: 1120, height: 840 });
    const bench = benchOn(video, { ...kinds, frame: { minPixels: 784, maxPixels: 1_000_000 } });
    const whole = await runTool(bench, call('{"at": 1.02}', 'frame'));
    expect(whole.clip).toMatchObject({
      imageIndices: [30],
      frameIndices: [30, 30],
      size: { height: 840, width: 1120 },
    });
    const part = await runTool(bench, call('{"at": 2, "part": [0.5, 0, 1, 0.5]}', 'frame'));
    expect(part.clip).toMatchObject({ size: { height: 420, width: 560 }, region: { left: 0.5, top: 0 } });
    for (const region of ['[0,0,1]', '[0,0,1,2]', '[0.5,0,0.5,1]', '"all"', '[0,0,1,NaN]', 'null']) {
      const refused = await runTool(bench, call(`{"at": 2, "part": ${region}}`, 'frame'));
      expect(refused.refusal, region).toBe('region');
    }
  });

  test('subtitles of a stretch', async () => {
    const bench = { ...benchOn(undefined, kinds), subtitles: [{ startSec: 1, endSec: 2, text: 'A plus.' }] };
    const { text } = await runTool(bench, call('{"from": 0, "to": 3}', 'read'));
    expect(text).toContain('A plus.');
    expect(await runTool(benchOn(undefined, kinds), call('{"from": 0, "to": 3}', 'read'))).toMatchObject({
      refusal: 'unavailable',
    });
  });

  test('without a package nothing is grounded or verified', async () => {
    const bench = benchOn(undefined, kinds);
    expect(await runTool(bench, call('{"what": "a dog"}', 'find'))).toMatchObject({ refusal: 'unavailable' });
    expect(await runTool(bench, call('{"what": " "}', 'find'))).toMatchObject({ refusal: 'text' });
    expect(await runTool(bench, call('{"what": "a dog", "from": 3, "to": 1}', 'check'))).toMatchObject({
      refusal: 'range',
    });
  });
});
