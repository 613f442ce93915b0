import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvalComparison, EvalReport } from '../../native-models/protocol/eval-report.ts';
import type { EvalTable } from '../../native-models/protocol/eval-table.ts';
import { runRecordSchema } from '../../native-models/protocol/run-record.ts';
import { programPath } from '../host/paths.ts';
import { runCli } from './testing/run-cli.ts';

const pack = path.join(programPath, 'native-models', 'fixtures', 'pack-tools');
const tools = path.join(pack, 'tools.json');
const question = 'What comes after the circle?';
let folder: string;
let data: string;
let model: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-eval-tools-'));
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
  model = path.join(folder, 'package');
  const base = path.join(pack, 'checkpoint');
  const imported = await runCli(['import', '--base', base, '--out', model, '--precision', 'fp32']);
  if (imported.code !== 0) throw new Error(imported.stderr);
  data = path.join(folder, 'data');
  await mkdir(data);
  await copyFile(path.join(pack, 'videos', 'a.mp4'), path.join(data, 'film.mp4'));
  const asked = { video: 'film.mp4', question, answer: 'a square' };
  const lines = [
    { ...asked, id: 'near', spans: [[7, 8]] },
    { ...asked, id: 'far', spans: [[0, 1]] },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await writeFile(path.join(data, 'annotations.jsonl'), text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (out: string, ...more: readonly string[]) =>
  runCli(['eval', 'run', 'own', '--data', data, '--model', model, '--out', out, '--device', 'cpu', ...more]);

describe('a benchmark with tools', () => {
  it('is asked as `ask --tools` asks, with and without them in one sweep; report, page and comparison count the calls', async () => {
    const out = path.join(folder, 'swept');
    const beside = ['--tool-rounds', '2', '--max-tokens', '256'];
    const swept = await run(out, '--set', `tools=none,${tools}`, ...beside, '--json');
    expect(swept.code).toBe(0);
    // Without tools the model runs on until it is cut; the rows are called after what was swept alone.
    const warnings = swept.stderr.split('\n').filter((line) => line.startsWith('warning'));
    expect(warnings).toEqual([expect.stringMatching(/^warning REPLY_CUT: tools=none: 2 × REPLY_CUT/u)]);
    const { rows } = JSON.parse(swept.stdout) as EvalTable;
    expect(rows.map(({ name }) => name)).toEqual(['tools=none', 'tools=reference-visible']);
    const without = path.join(out, 'tools=none');
    const withTools = path.join(out, `tools=${encodeURIComponent(tools)}`);

    const given = ['--model', model, '--device', 'cpu', '--tools', tools, ...beside, '--json'];
    const asked = await runCli(['ask', path.join(data, 'film.mp4'), question, ...given]);
    const record = runRecordSchema.parse(JSON.parse(asked.stdout));
    const calls = record.turns!.flatMap((turn) => turn.calls);
    expect(calls.length).toBeGreaterThan(0);
    const looks = calls.flatMap(({ ok, spanSec }) => (ok && spanSec !== undefined ? [spanSec] : []));
    const written = JSON.parse(
      await readFile(path.join(withTools, 'predictions', 'output.json'), 'utf8'),
    ) as Readonly<Record<string, unknown>>[];
    for (const sample of written) {
      expect(sample).toMatchObject({
        ...{ reasoner_response: record.response, tool_turns: record.turns!.length },
        ...{ tool_calls: calls.length, tool_spans: looks, tool_stop: record.stop },
      });
    }

    const reported = await runCli(['eval', 'report', withTools, '--json']);
    const { toolUse } = JSON.parse(reported.stdout) as EvalReport;
    const use = new Map(toolUse?.measures.map(({ key, value }) => [key, value]));
    const useful = ([from, to]: readonly [number, number]): number =>
      looks.filter(([start, end]) => start <= to && end >= from).length;
    expect(use.get('calls')).toBe(calls.length);
    expect(use.get('useful')).toBe(((useful([7, 8]) + useful([0, 1])) / (2 * looks.length)) * 100);
    expect(useful([7, 8])).toBeGreaterThan(useful([0, 1]));
    expect(await readFile(path.join(withTools, 'report.html'), 'utf8')).toContain('<h2>Tools</h2>');

    const compared = await runCli(['eval', 'compare', without, withTools, '--json']);
    const { toolUseA, toolUseB } = JSON.parse(compared.stdout) as EvalComparison;
    expect([toolUseA, toolUseB]).toEqual([undefined, toolUse]);

    const again = path.join(folder, 'again');
    const repeated = await runCli(['eval', 'run', '--from', withTools, '--out', again, '--device', 'cpu']);
    expect([repeated.code, repeated.stderr]).toEqual([0, expect.stringContaining('byte for byte') as string]);
  });

  it('is refused where tools mean nothing, and a model that reasons aloud searches no windows', async () => {
    const misused = await run(path.join(folder, 'misused'), '--tool-rounds', '2');
    expect(misused).toMatchObject({ code: 2, stderr: expect.stringContaining('--tools') as string });
    const searched = await run(path.join(folder, 'searched'), '--search', 'windows');
    expect(searched).toMatchObject({ code: 1, stderr: expect.stringContaining('--search') as string });
  });
});
