import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evalReportRequestSchema } from '../../protocol/eval-report.ts';
import type { EvalReport } from '../../protocol/eval-report.ts';
import { compareRuns } from './compare-runs.ts';
import { exportPredictions } from './export-predictions.ts';
import { makeReport } from './make-report.ts';
import { publishedFigures } from './published-figures.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-report-'))));
afterEach(() => rm(folder, { recursive: true }));

/** Predictions of the reference's metric goldens. */
async function writeGolden(name: string): Promise<void> {
  const file = fileURLToPath(new URL(`../fixtures/${name}.json`, import.meta.url));
  const { files } = JSON.parse(await readFile(file, 'utf8')) as { files: Record<string, unknown> };
  for (const [output, content] of Object.entries(files)) {
    await writeFile(path.join(folder, output), JSON.stringify(content));
  }
}

async function report(benchmark: string): Promise<{ report: EvalReport; html: string; csv: string }> {
  const request = { predictionsPath: folder, benchmark, resamples: 200, worstCases: 3 };
  return makeReport(evalReportRequestSchema.parse(request));
}

describe('a report', () => {
  it.each([
    ['charades-sta', 'charades_sta'],
    ['nextgqa', 'nextgqa'],
    ['rextime', 'rextime'],
    ['cgbench', 'cgbench'],
    ['videomme', 'videomme'],
    ['lvbench', 'lvbench'],
  ])('of %s has the figures that the reference prints, inside their ranges', async (golden, benchmark) => {
    await writeGolden(golden);
    const made = await report(benchmark);
    const { figures, score } = made.report;
    const wanted = publishedFigures(benchmark);
    expect(figures).toHaveLength(wanted.length);
    for (const [index, { place }] of wanted.entries()) {
      const figure = figures[index];
      if (figure === undefined || 'key' in place) throw new Error('Not a figure of a table.');
      const table = score.tables?.[place.table];
      if (table === undefined || !('rows' in table)) throw new Error(`There is no table ${place.table}.`);
      const row = table.rows.find(([name]) => name === place.row);
      const printed = Number(row?.[table.columns.indexOf(place.column)]);
      expect(Math.abs(figure.value - printed)).toBeLessThanOrEqual(0.00501);
      expect(figure.lowest).toBeLessThanOrEqual(figure.value);
      expect(figure.highest).toBeGreaterThanOrEqual(figure.value);
    }
  });

  it('shows words of others as words', async () => {
    const sample = {
      video_path: 'data/<b>.mp4',
      query: '<script>alert(1)</script>',
      task: '=HYPERLINK("x")',
      span: [[0, 1]],
      pred: [[5, 6]],
      conf: [1],
      duration: 10,
    };
    await writeFile(path.join(folder, 'output.json'), JSON.stringify([sample, { ...sample, task: 'b' }]));
    const { html, csv } = await report('own');
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toMatch(/<script|<b>/);
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
  });

  it('of nothing says so', async () => {
    const made = await report('charades_sta');
    expect(made.report).toMatchObject({ trustworthy: false, figures: [], curves: [] });
    expect(made.html).toContain('There is nothing to score.');
  });
});

describe('a comparison', () => {
  it('of a run with itself finds no difference, and a better one is better', async () => {
    await writeGolden('charades-sta');
    const request = { predictionsA: folder, predictionsB: folder, benchmark: 'charades_sta', resamples: 200 };
    const same = await compareRuns({ ...request, seed: 0 });
    expect(same.trustworthy).toBe(true);
    for (const figure of same.figures) expect(figure).toMatchObject({ difference: 0, pValue: 1 });

    const better = await mkdtemp(path.join(folder, 'better-'));
    for (const name of ['output_0.json', 'output_1.json']) {
      const samples = JSON.parse(await readFile(path.join(folder, name), 'utf8')) as { span: unknown }[];
      const right = samples.map((sample) => ({ ...sample, pred: sample.span }));
      await writeFile(path.join(better, name), JSON.stringify(right));
    }
    const compared = await compareRuns({ ...request, predictionsB: better, seed: 0 });
    for (const figure of compared.figures) {
      expect(figure.difference).toBeGreaterThan(0);
      expect(figure.lowest).toBeGreaterThan(0);
      expect(figure.pValue).toBeLessThan(0.05);
    }
    expect(compared.figures.find(({ name }) => name === 'R1@0.5')).toMatchObject({
      test: 'McNemar',
      onlyARight: 0,
    });
  });
});

describe('an export', () => {
  it('of predictions without query ids is refused', async () => {
    await writeGolden('charades-sta');
    const request = { predictionsPath: folder, form: 'qvhighlights' as const };
    await expect(exportPredictions(request)).rejects.toMatchObject({ code: 'PREDICTIONS_NOT_FOUND' });
  });
});
