import { describe, expect, it } from 'vitest';
import { packJson, packNames, type PackName } from '../fixtures/reference-pack.ts';
import { familyOfModelType } from './families.ts';
import type { GridTHW, RotaryPositions } from './vision-language-model.ts';

interface RopeIndexRow {
  readonly inputIds: number[];
  readonly positions: number[][];
  readonly delta: number;
  /** Of the packs of VideoMind. */
  readonly gridsTHW?: GridTHW[];
  readonly videoGrids?: GridTHW[];
  readonly imageGrids?: GridTHW[];
  /** Of Qwen2.5-VL, one a video. */
  readonly secondsPerGrid?: number[];
  readonly positionsFraction?: number[][];
  readonly deltaFraction?: number;
}

function traitsOf(pack: PackName, folder: string) {
  const base = packJson(pack, folder, 'config.json') as Record<string, unknown>;
  const generation = packJson(pack, folder, 'generation_config.json') as Record<string, unknown>;
  return familyOfModelType(base['model_type'] as string)!.readNetwork({ base, generation }).traits;
}

const rowsOf = (pack: PackName) =>
  (packJson(pack, 'expected', 'tables.json') as { ropeIndex: RopeIndexRow[] }).ropeIndex;

const asTable = ({ positions, ropeDelta }: RotaryPositions) => {
  const length = positions.length / 3;
  return {
    positions: [0, 1, 2].map((row) => [...positions.subarray(row * length, (row + 1) * length)]),
    delta: ropeDelta,
  };
};

const grids = (list: readonly GridTHW[] = []) => list.map((grid) => ({ grid }));

describe.each(packNames)('positions of %s', (pack) => {
  const traits = traitsOf(pack, 'base');

  it.each(rowsOf(pack))('follow the table for $gridsTHW', (row) => {
    const { positions: expected, delta } = row;
    expect(asTable(traits.positions(row.inputIds, { videos: grids(row.gridsTHW) }))).toEqual({
      positions: expected,
      delta,
    });
  });
});

describe('positions of pack-qwen2.5', () => {
  const traits = traitsOf('pack-qwen2.5', 'checkpoint');
  const blocksOf = ({ videoGrids = [], imageGrids, secondsPerGrid = [] }: RopeIndexRow) => ({
    videos: videoGrids.map((grid, index) => ({ grid, secondsPerPair: secondsPerGrid[index] })),
    images: grids(imageGrids),
  });

  it.each(rowsOf('pack-qwen2.5'))('advance with exact seconds for $videoGrids', (row) => {
    expect(asTable(traits.positions(row.inputIds, blocksOf(row)))).toEqual({
      positions: row.positionsFraction,
      delta: row.deltaFraction,
    });
  });

  it.each(rowsOf('pack-qwen2.5'))('advance with whole seconds, if asked, for $videoGrids', (row) => {
    expect(asTable(traits.positions(row.inputIds, { ...blocksOf(row), secondsRule: 'whole' }))).toEqual({
      positions: row.positions,
      delta: row.delta,
    });
  });
});

describe('positions of pack-qwen3', () => {
  const traits = traitsOf('pack-qwen3', 'checkpoint');

  it.each(rowsOf('pack-qwen3'))('start anew with each pair of $videoGrids', (row) => {
    const blocks = { videos: grids(row.videoGrids), images: grids(row.imageGrids) };
    expect(asTable(traits.positions(row.inputIds, blocks))).toEqual({
      positions: row.positions,
      delta: row.delta,
    });
  });
});

it('are plain without a video, in every family', () => {
  for (const [pack, folder] of [
    ['pack-2b', 'base'],
    ['pack-qwen2.5', 'checkpoint'],
    ['pack-qwen3', 'checkpoint'],
  ] as const) {
    expect(asTable(traitsOf(pack, folder).positions([1, 2, 3], { videos: [] }))).toEqual({
      positions: [
        [0, 1, 2],
        [0, 1, 2],
        [0, 1, 2],
      ],
      delta: 0,
    });
  }
});
