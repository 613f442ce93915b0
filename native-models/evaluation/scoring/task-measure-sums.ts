import type { ScoreTable } from '../../protocol/eval-score.ts';
import { formatPercent } from '../metrics/rounding.ts';
import type { TaskValues } from './task-measures.ts';

interface Sum {
  total: number;
  samples: number;
}

/** Adds up the measures of a task, by category and over all. */
export class TaskMeasureSums {
  readonly #names: readonly string[];
  readonly #rows = new Map<string, Map<string, Sum>>();
  readonly #all = new Map<string, Sum>();

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  add(categories: readonly string[], values: TaskValues): void {
    for (const [name, value] of Object.entries(values)) {
      addTo(this.#all, name, value);
      for (const category of categories) {
        const row = this.#rows.get(category) ?? new Map<string, Sum>();
        this.#rows.set(category, row);
        addTo(row, name, value);
      }
    }
  }

  /** A row a category and one for all; none where the task has no measures of its own. */
  tables(): Readonly<Record<string, ScoreTable>> {
    if (this.#names.length === 0) return {};
    const sorted = [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1));
    const rows = [...sorted, ['all', this.#all] as const].map(([category, sums]) => [
      category,
      ...this.#names.flatMap((name) => {
        const { total = 0, samples = 0 } = sums.get(name) ?? {};
        return [String(samples), samples === 0 ? '–' : formatPercent(total, samples)];
      }),
    ]);
    const columns = ['Task', ...this.#names.flatMap((name) => ['#Samples', name])];
    return { 'Measures of the task': { columns, rows } };
  }
}

function addTo(sums: Map<string, Sum>, name: string, value: number): void {
  const sum = sums.get(name) ?? { total: 0, samples: 0 };
  sum.total += value;
  sum.samples++;
  sums.set(name, sum);
}
