import type { RecallGrid } from '../metrics/moment-recall.ts';
import type { AnswerScore, GroundingScore, OverlapScore } from './sample-score.ts';

/** Sums over samples of one kind of overlap. */
export interface OverlapSums {
  /** Samples that reach each recall of the grid. */
  readonly hits: number[];
  /** Of the first guesses' values, in float64. */
  sum: number;
}

/** Sums over the samples of one row. */
export interface RowSums {
  readonly grounding: { samples: number; failed: number };
  readonly iou: OverlapSums;
  readonly iop: OverlapSums;
  readonly answers: {
    samples: number;
    failed: number;
    correct: number;
    /** Right, and the first guess reaches each threshold of the grid. */
    readonly correctAndIou: number[];
    /** Right, and the first guess's IoP reaches 0.5. */
    correctAndIop: number;
  };
}

/** What a scoreboard adds up of a sample. */
export interface RowScore {
  readonly grounding?: GroundingScore | undefined;
  readonly answer?: AnswerScore | undefined;
}

/** Adds samples up by row, and all of them in a row of their own. */
export class Scoreboard {
  readonly rows = new Map<string, RowSums>();
  readonly all: RowSums;
  readonly grid: RecallGrid;
  readonly #iopIndex: number;

  /** @param rowNames rows that are there from the start, in their order */
  constructor(grid: RecallGrid, rowNames: readonly string[] = []) {
    this.grid = grid;
    this.#iopIndex = grid.thresholds.indexOf(0.5);
    this.all = emptySums(grid);
    for (const name of rowNames) this.#row(name);
  }

  /** A row named twice counts twice; `all` counts the sample once. */
  add(rowNames: readonly string[], score: RowScore): void {
    this.#addTo(this.all, score);
    for (const name of rowNames) this.#addTo(this.#row(name), score);
  }

  #row(name: string): RowSums {
    const known = this.rows.get(name);
    if (known !== undefined) return known;
    const sums = emptySums(this.grid);
    this.rows.set(name, sums);
    return sums;
  }

  #addTo(sums: RowSums, { grounding, answer }: RowScore): void {
    if (grounding !== undefined) {
      sums.grounding.samples++;
      if (grounding.failed) sums.grounding.failed++;
      addOverlap(sums.iou, grounding.iou);
      addOverlap(sums.iop, grounding.iop);
    }
    if (answer === undefined) return;
    const { answers } = sums;
    answers.samples++;
    if (answer.failed) answers.failed++;
    if (!answer.correct) return;
    answers.correct++;
    for (let index = 0; index < this.grid.thresholds.length; index++) {
      if (grounding?.iou.hits[index] === true) increase(answers.correctAndIou, index);
    }
    if (grounding?.iop.hits[this.#iopIndex] === true) answers.correctAndIop++;
  }
}

function emptySums({ tops, thresholds }: RecallGrid): RowSums {
  const overlap = (): OverlapSums => ({ hits: tops.flatMap(() => thresholds.map(() => 0)), sum: 0 });
  return {
    grounding: { samples: 0, failed: 0 },
    iou: overlap(),
    iop: overlap(),
    answers: { samples: 0, failed: 0, correct: 0, correctAndIou: thresholds.map(() => 0), correctAndIop: 0 },
  };
}

function addOverlap(sums: OverlapSums, { value, hits }: OverlapScore): void {
  sums.sum += value;
  for (let index = 0; index < hits.length; index++) if (hits[index] === true) increase(sums.hits, index);
}

function increase(counts: number[], index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}
