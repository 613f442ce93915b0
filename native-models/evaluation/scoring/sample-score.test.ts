import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recallName } from '../metrics/moment-recall.ts';
import { readPredictionSample } from './prediction-sample.ts';
import { cgBenchMode, defaultMode, scoreSample } from './sample-score.ts';
import type { RowSums } from './scoreboard.ts';
import { Scoreboard } from './scoreboard.ts';

interface RawOverlap {
  readonly samples: number;
  readonly failed: number;
  readonly hits: Readonly<Record<string, number>>;
  readonly sumTop1: number;
}
interface RawAnswers {
  readonly samples: number;
  readonly failed: number;
  readonly correct: number;
  readonly correctAndIou: Readonly<Record<string, number>>;
  readonly 'correctAndIop0.5': number;
}
interface Golden {
  readonly files: Readonly<Record<string, unknown>>;
  readonly cases: readonly {
    readonly args: { readonly dataset: string | null; readonly confThr: number };
    readonly note: string;
    readonly expected: {
      readonly raw: {
        readonly iou: Readonly<Record<string, RawOverlap>>;
        readonly iop: Readonly<Record<string, RawOverlap>>;
        readonly qa: Readonly<Record<string, RawAnswers>>;
      };
    };
  }[];
}

const goldens = [
  'charades-sta',
  'activitynet-captions',
  'nextgqa',
  'rextime',
  'cgbench',
  'lvbench',
  'edges',
].flatMap((name) => {
  const { files, cases } = JSON.parse(
    readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'),
  ) as Golden;
  const lines = Object.entries(files).flatMap(([file, content]) =>
    /^[^.].*\.jsonl?$/.test(file) ? (content as readonly Readonly<Record<string, unknown>>[]) : [],
  );
  return cases
    .filter((one) => !one.note.startsWith('an empty'))
    .map((one) => [name, one.note, one, lines] as const);
});

describe('unrounded sums', () => {
  test.each(goldens)('are the reference’s: %s, %s', (_, _note, { args, expected }, lines) => {
    const mode = args.dataset === 'cgbench' ? cgBenchMode(args.confThr) : defaultMode;
    const rules = { usesConfidences: args.confThr > 0, confidenceThreshold: args.confThr, slackSec: 1 };
    const board = new Scoreboard(mode.grid);
    const report = (): void => undefined;
    for (const line of lines) {
      const sample = readPredictionSample(line, rules, report);
      board.add(sample.tasks, scoreSample(sample, mode, report));
    }
    const names = mode.grid.tops.flatMap((top) =>
      mode.grid.thresholds.map((threshold) => recallName(top, threshold)),
    );
    const rows: readonly (readonly [string, RowSums])[] = [['*all*', board.all], ...board.rows];
    expect(rows.map(([name]) => name).sort()).toEqual(Object.keys(expected.raw.iou).sort());
    for (const [name, sums] of rows) {
      for (const kind of ['iou', 'iop'] as const) {
        const wanted = expected.raw[kind][name];
        expect({ ...sums.grounding, hits: sums[kind].hits }).toEqual({
          samples: wanted?.samples,
          failed: wanted?.failed,
          hits: names.map((one) => wanted?.hits[one]),
        });
        expect(sums[kind].sum).toBeCloseTo(wanted?.sumTop1 ?? Number.NaN, 9);
      }
      const wanted = expected.raw.qa[name];
      expect(sums.answers).toEqual({
        samples: wanted?.samples,
        failed: wanted?.failed,
        correct: wanted?.correct,
        correctAndIou: mode.grid.thresholds.map((threshold) => wanted?.correctAndIou[String(threshold)]),
        correctAndIop: wanted?.['correctAndIop0.5'],
      });
    }
  });
});
