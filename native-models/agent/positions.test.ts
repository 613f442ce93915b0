import { describe, expect, test } from 'vitest';
import { rotaryPositions } from './positions.ts';
import { expectedRuns, expectedTables, packNames, readJson } from './test-support/reference-pack.ts';

describe.each(packNames)('positions of %s', (pack) => {
  const config = readJson(pack, 'base/config.json') as Record<string, number>;
  const rule = {
    visionStart: config.vision_start_token_id!,
    videoPad: config.video_token_id!,
    mergeSize: 2,
  };

  test.each(expectedTables(pack).ropeIndex)('follow the table for grids $gridsTHW', (row) => {
    const { positions, ropeDelta } = rotaryPositions(row.inputIds, row.gridsTHW, rule);
    const length = row.inputIds.length;
    expect([0, 1, 2].map((r) => [...positions.subarray(r * length, (r + 1) * length)])).toEqual(
      row.positions,
    );
    expect(ropeDelta).toBe(row.delta);
  });

  test('go on after the largest position of the video, which the text counts from', () => {
    const { inputIds, gridTHW } = expectedRuns(pack)[0]!.planner!;
    const [pairs, lines, columns] = gridTHW as [number, number, number];
    const { positions } = rotaryPositions(inputIds, [[pairs, lines, columns]], rule);
    const start = inputIds.indexOf(rule.visionStart);
    const end = inputIds.lastIndexOf(rule.videoPad) + 1;
    expect(positions[end]).toBe(start + 1 + Math.max(pairs, lines / 2, columns / 2));
  });
});
