import { describe, expect, it } from 'vitest';
import type { EvalTable } from '../../../protocol/eval-table.ts';
import { compileLatex, latexMissing } from '../../testing/compile-latex.ts';
import { tableLatex } from './table-text.ts';

if (latexMissing !== undefined) process.stdout.write(`SKIPPED table-latex: ${latexMissing}\n`);

const measures = ['Acc', 'R1@0.5', 'mIoU (IoU >= 0.5)'];

/** A table of runs under these names, with all that a table can hold. */
function tableOf(names: readonly string[]): EvalTable {
  const [first = ''] = names;
  return {
    ...{ schemaVersion: 1, benchmark: 'own', title: 'Own annotations, 10 % of “test”', measures },
    rows: names.map((name, row) => ({
      ...{ name, runs: row === 0 ? 1 : 3, samples: 24 },
      cells: measures.map((measure) => ({
        ...{ measure, mean: 50 + row, values: [49, 50, 51], samples: 24 },
        ...(row === 0 ? {} : { deviation: 1.25 }),
      })),
      ...(row === 0
        ? {}
        : { together: { measure: 'Acc', passAt: [{ k: 3, value: 62.5 }], selfConsistency: 60 } }),
    })),
    tests: names.slice(1).map((row) => ({
      ...{ row, measure: 'Acc', difference: 1, samples: 24, pValue: 0.01, adjusted: 0.02 },
      test: 'McNemar' as const,
    })),
    published: [{ model: 'VideoMind-2B', values: [{ measure: 'Acc', value: 55.5 }] }],
    doubts: [
      {
        row: first,
        code: 'limited',
        message: 'Only the first 3 of 10 samples ≥ 0 were asked.',
        spoils: true,
      },
    ],
    trustworthy: false,
  };
}

describe.skipIf(latexMissing !== undefined)('LaTeX', () => {
  it('sets a table whose names are full of what TeX acts upon, and complains of nothing', async () => {
    const names = [
      'temperature=0, maxFrames=32',
      'a_b & 100% {of} \\input{/etc/passwd} $y$ #1 ~^ | <i> \\end{document}',
      '[h] déjà vu: Größe × 2 → ≤ 3 − 1 ≈ κ …',
      '`quoted` "names" -- --- ?` !`',
    ];
    const { pdf, complaints } = await compileLatex(tableLatex(tableOf(names)));
    expect(complaints).toEqual([]);
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('fails where a table is none', async () => {
    await expect(compileLatex('\\begin{tabular}{l}\n\\toprule\na & b & c\n')).rejects.toThrow(/!/);
  });
});
