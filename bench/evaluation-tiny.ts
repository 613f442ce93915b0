/**
 * Takes a tiny copy of every published benchmark through inspect, run and report with the bundled toy model, by the command
 * line: `node bench/evaluation-tiny.ts [KEY…]`. For nights: the test suite takes three.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { toyPackagePath } from '../electron/cli/testing/own-annotations.ts';
import { runCli } from '../electron/cli/testing/run-cli.ts';
import { makeTinyBenchmark } from '../native-models/evaluation/testing/tiny-benchmarks.ts';

const published = [
  ...['cgbench', 'rextime', 'nextgqa', 'charades_sta', 'activitynet_captions', 'qvhighlights', 'tacos'],
  ...['ego4d_nlq', 'activitynet_rtl', 'videomme', 'mlvu', 'lvbench', 'mvbench', 'longvideobench'],
  ...['qa_ego4d', 'star'],
];
const keys = process.argv.length > 2 ? process.argv.slice(2) : published;
const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-tiny-'));
try {
  for (const key of keys) {
    const data = path.join(folder, key, 'data');
    const out = path.join(folder, key, 'out');
    await makeTinyBenchmark(key, data);
    const source = [key, '--data', data];
    const steps = {
      inspect: await runCli(['eval', 'inspect', ...source]),
      run: await runCli(['eval', 'run', ...source, '--model', toyPackagePath, '--out', out]),
      report: await runCli(['eval', 'report', out]),
    };
    const codes = Object.entries(steps).map(([step, { code }]) => `${step} ${String(code)}`);
    console.log(`${key.padEnd(22)} ${codes.join(', ')}`);
    for (const { code, stderr } of Object.values(steps)) {
      if (code === 0) continue;
      console.log(stderr.trimEnd());
      process.exitCode = 1;
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
