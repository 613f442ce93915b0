import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evalReportRequestSchema } from '../../protocol/eval-report.ts';
import type { EvalReport } from '../../protocol/eval-report.ts';
import { judgeItems } from '../scoring/judge-items.ts';
import { compareRuns, makeComparison } from './compare-runs.ts';
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
    const beside = figures.slice(wanted.length).map(({ name }) => name);
    expect(beside).toEqual(score.coverage.answers.scored > 0 ? ['Acc, read forgivingly'] : []);
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

  it('lists every sample on its page: what was asked, said and found, and whether it was right', async () => {
    const common = { video_path: 'data/v.mp4', duration: 10, span: [[0, 2]], conf: [1] };
    const samples = [
      { ...common, id: 'hit', query: 'a man runs', pred: [[0, 2]] },
      { ...common, id: 'miss', query: 'a <b>dog</b> barks', pred: [[8, 9]] },
      {
        ...common,
        id: 'lost',
        query: 'a bird',
        pred: [[0, 0]],
        error: { code: 'VIDEO_NOT_FOUND', message: 'gone' },
      },
      {
        id: 'told',
        question: 'Who?',
        options: ['a', 'b'],
        ans: 'A',
        response: 'A',
        video_path: 'data/v.mp4',
      },
      ...Array.from({ length: 250 }, (_, index) => ({
        ...common,
        id: `more-${index}`,
        query: 'x',
        pred: [[0, 2]],
      })),
    ];
    await writeFile(path.join(folder, 'output.json'), JSON.stringify(samples));
    const { html } = await report('own');
    const [, all = ''] = html.split('<h2>All samples</h2>');
    expect(all.match(/<details>/g)).toHaveLength(2);
    expect(all.match(/<tr><td>/g)).toHaveLength(samples.length);
    const rows = new Map(all.split('<tr>').map((row) => [/^<td>([\w-]+)<br>/.exec(row)?.[1], row]));
    expect(rows.get('hit')).toContain('<td>0.0 s – 2.0 s (IoU 1.00)</td><td>0.0 s – 2.0 s</td><td>✓</td>');
    expect(rows.get('miss')).toContain('a &lt;b&gt;dog&lt;/b&gt; barks');
    expect(rows.get('miss')).toContain('<td>✗</td>');
    expect(rows.get('lost')).toContain('<td>gone</td>');
    expect(rows.get('told')).toContain('<td>A</td><td>A</td><td>✓</td>');
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

  describe('of one’s own annotations', () => {
    const asked = {
      question: 'Who turns?',
      options: ['the man', 'the dog'],
      ans: 'B',
      video_path: 'v.mp4',
    };
    const open = { question: 'Why?', answer: 'to look', video_path: 'v.mp4', response: 'to see' };

    it('hears a choice as `ask` does, in the option’s own words too', async () => {
      const replies = ['The dog.', 'B', '(B)', 'The man'];
      const samples = replies.map((response, id) => ({ ...asked, id: String(id), response }));
      await writeFile(path.join(folder, 'output.json'), JSON.stringify(samples));
      const made = await report('own');
      expect(made.report.figures.find(({ name }) => name === 'Acc')).toMatchObject({ value: 75, samples: 4 });
      expect(made.report.trustworthy).toBe(true);
    });

    it('counts open answers that no judge has read, and takes its verdicts', async () => {
      await writeFile(path.join(folder, 'output.json'), JSON.stringify([{ ...open, id: 'a' }]));
      const unread = await report('own');
      expect(unread.report.figures).toEqual([]);
      expect(unread.report.doubts).toMatchObject([{ code: 'open-question', spoils: false }]);
      const { items } = await judgeItems({ predictionsPath: folder, benchmark: 'own', openOnly: false });
      const verdictsPath = path.join(folder, 'verdicts.jsonl');
      await writeFile(verdictsPath, JSON.stringify({ key: items[0]?.key, reply: '1' }));
      const request = { predictionsPath: folder, benchmark: 'own', verdictsPath, resamples: 200 };
      const { report: read } = await makeReport(evalReportRequestSchema.parse(request));
      expect(read.figures.find(({ name }) => name === 'Acc')).toMatchObject({ value: 100, samples: 1 });
      expect(read.doubts).toEqual([]);
    });
  });

  describe('of a model that calls tools', () => {
    const told = {
      ...{ question: 'Who?', options: ['the man', 'the dog'], ans: 'B', video_path: 'v.mp4', response: 'B' },
      ...{ tool_turns: 2, tool_calls: 2, tool_refusals: 1, tool_spans: [[0, 1]], tool_useful: 1 },
    };
    const idle = { tool_turns: 1, tool_calls: 0, tool_refusals: 0, tool_spans: [], tool_useful: 0 };
    const withheld = { tool_useful: undefined };

    it('counts calls, refusals and the stretches that overlap the truth, in report, page and table', async () => {
      const samples = [told, { ...told, ...idle }, { ...told, ...withheld }];
      const text = JSON.stringify(samples.map((one, id) => ({ ...one, id: String(id) })));
      await writeFile(path.join(folder, 'output.json'), text);
      const { report: made, html, csv } = await report('own');
      expect(made.toolUse?.samples).toBe(3);
      const values = new Map(made.toolUse?.measures.map(({ key, value }) => [key, value]));
      expect([...values]).toEqual([
        ...[
          ['calls', 4 / 3],
          ['replies', 5 / 3],
          ['looks', 2 / 3],
        ],
        ...[
          ['called', (2 / 3) * 100],
          ['refused', 50],
          ['useful', 100],
          ['sawTruth', 50],
        ],
      ]);
      expect(html).toContain('Stretches that overlap the truth');
      expect(csv).toContain('tools,Calls that were refused,percent,50,');
    });

    it('is told apart in a comparison, and what is no count is not counted', async () => {
      const [withTools, without] = [path.join(folder, 'a'), path.join(folder, 'b')];
      const wrong = { ...told, id: '1', tool_calls: '2' };
      for (const [place, samples] of [
        [withTools, [{ ...told, id: '0' }, wrong]],
        [without, [{ ...told, ...{ id: '0', response: 'A' }, tool_turns: undefined }]],
      ] as const) {
        await mkdir(place);
        await writeFile(path.join(place, 'output.json'), JSON.stringify(samples));
      }
      const request = { predictionsA: withTools, predictionsB: without, benchmark: 'own' };
      const compared = await compareRuns({ ...request, resamples: 100, seed: 0 });
      expect(compared.toolUseA?.samples).toBe(1);
      expect(compared.toolUseB).toBeUndefined();
      expect(compared.flipped?.samples).toMatchObject([{ id: '0', right: 'A' }]);
    });
  });

  it('says beside the published accuracy how many replies it could not hear', async () => {
    const sample = { question: 'Who?', options: ['the man', 'the dog'], ans: 'B', video_path: 'v.mp4' };
    const samples = ['the dog', 'the dog', 'B'].map((response, id) => ({
      ...sample,
      id: String(id),
      response,
    }));
    await writeFile(path.join(folder, 'output.json'), JSON.stringify(samples));
    const { report: made, csv } = await report('nextgqa');
    expect(made.figures.find(({ name }) => name === 'Acc, read forgivingly')).toMatchObject({ value: 100 });
    expect(made.doubts.map(({ code }) => code)).toContain('no-letter');
    expect(csv).toContain('Acc, read forgivingly');
  });

  it('of the first samples may not be quoted, and says of how many they are', async () => {
    await writeGolden('charades-sta');
    const request = {
      predictionsPath: folder,
      benchmark: 'charades_sta',
      resamples: 200,
      facts: { limit: 3, available: 10 },
    };
    const made = await makeReport(evalReportRequestSchema.parse(request));
    expect(made.report.trustworthy).toBe(false);
    expect(made.html).toContain('the first 3 of 10 samples');
  });

  it('has the same ranges whatever shards its predictions lie in', async () => {
    const samples = Array.from({ length: 40 }, (_, id) => ({
      ...{ id: `s${id}`, video_path: `v${id}.mp4`, query: 'q', duration: 10 },
      ...{ span: [[0, 5]], pred: [[0, (id % 10) + 0.5]], conf: [1] },
    }));
    await writeFile(path.join(folder, 'output.json'), JSON.stringify(samples));
    const whole = await report('charades_sta');
    await rm(path.join(folder, 'output.json'));
    for (const shard of [0, 1]) {
      const part = samples.filter((_, index) => index % 2 === shard);
      await writeFile(path.join(folder, `output_${shard}.json`), JSON.stringify(part));
    }
    expect((await report('charades_sta')).report.figures).toEqual(whole.report.figures);
  });

  it('of nothing says so', async () => {
    const made = await report('charades_sta');
    expect(made.report).toMatchObject({ trustworthy: false, figures: [], curves: [] });
    expect(made.html).toContain('There is nothing to score.');
  });
});

describe('a comparison', () => {
  it('shows what each run said of a flipped sample, with pictures of as many as are wanted', async () => {
    const [a, b] = [path.join(folder, 'a'), path.join(folder, 'b')];
    const common = { video_path: 'data/clip.mp4', duration: 20, span: [[2, 4]], conf: [1] };
    const ids = ['one', 'two'];
    for (const [place, pred] of [
      [a, [[2, 4]]],
      [b, [[9, 12]]],
    ] as const) {
      await mkdir(place);
      const samples = ids.map((id) => ({ ...common, id, query: `the <i>${id}</i>`, pred }));
      await writeFile(path.join(place, 'output.json'), JSON.stringify(samples));
    }
    const dataDir = fileURLToPath(new URL('../../../assets/example', import.meta.url));
    const request = { predictionsA: a, predictionsB: b, benchmark: 'own', resamples: 100, seed: 0 };
    const { comparison, html } = await makeComparison({ ...request, dataDir, pictured: 1 });
    const [first, second] = comparison.flipped?.samples ?? [];
    expect(first).toMatchObject({
      id: 'one',
      right: 'A',
      momentA: [2, 4],
      momentB: [9, 12],
      truths: [[2, 4]],
    });
    expect(first?.frames.map(({ label }) => label)).toEqual(
      ['true', 'A', 'B'].flatMap((name) => [`${name}, start`, `${name}, middle`]),
    );
    expect(second?.frames).toEqual([]);
    expect(html.match(/<img src="data:image\/png;base64,/g)).toHaveLength(6);
    expect(html).toContain('the &lt;i&gt;one&lt;/i&gt;');
    expect(html).toContain('<p>B ✗: 9.0 s – 12.0 s</p>');
  });

  it('of a run with itself finds no difference, and a better one is better', async () => {
    await writeGolden('charades-sta');
    const request = { predictionsA: folder, predictionsB: folder, benchmark: 'charades_sta', resamples: 200 };
    const same = await compareRuns({ ...request, seed: 0 });
    expect(same.trustworthy).toBe(true);
    const broken = await compareRuns({ ...request, seed: 0, factsB: { failed: 7, limit: 3, available: 10 } });
    expect(broken.trustworthy).toBe(false);
    expect(broken.doubts.map(({ run, code }) => [run, code])).toEqual([
      ['B', 'limited'],
      ['B', 'samples-failed'],
    ]);
    for (const figure of same.figures) expect(figure).toMatchObject({ difference: 0, pValue: 1 });
    expect(same.flipped).toEqual({ measure: 'R1@0.5', samples: [] });

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
      onlyBRight: compared.flipped?.samples.length,
    });
    // Each with what both said: B looked where the truth is.
    expect(compared.flipped?.samples[0]).toMatchObject({
      right: 'B',
      momentA: [expect.any(Number), expect.any(Number)],
      momentB: [expect.any(Number), expect.any(Number)],
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
