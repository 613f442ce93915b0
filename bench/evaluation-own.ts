/**
 * Asks the same multiple-choice questions by `ask` and by `eval run own`, one by one, and compares what they say:
 * `node bench/evaluation-own.ts FOLDER [QUESTIONS] [PACKAGE]` (24, the bundled demo's). FOLDER is what
 * `python -m videomind_training.world FOLDER --split held-out` wrote. The report's accuracy must be that of `ask`.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runCli } from '../electron/cli/testing/run-cli.ts';
import { programPath } from '../electron/host/paths.ts';
import type { EvalReport } from '../native-models/protocol/eval-report.ts';
import { runRecordSchema } from '../native-models/protocol/run-record.ts';
import { writeFilmAnnotations } from './demo-quality/film-annotations.ts';

const [films = '.', count = '24', model = path.join(programPath, 'assets', 'demo', 'package')] =
  process.argv.slice(2);
const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-own-'));
process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
try {
  const questions = await writeFilmAnnotations(films, folder, Number(count));
  const out = path.join(folder, 'run');
  const asked = ['--model', model, '--device', 'cpu'];
  // A chain is asked with the roles of a run, which never plans; a reasoner has none.
  const described = await runCli(['inspect', model, '--json']);
  const isChain = described.stdout.includes('"grounder"');
  const roles = isChain ? ['--roles', 'grounder,verifier,answerer'] : [];
  const run = await runCli(['eval', 'run', 'own', '--data', folder, '--out', out, ...asked, ...roles]);
  if (run.code !== 0) throw new Error(run.stderr);
  const written = JSON.parse(await readFile(path.join(out, 'predictions', 'output.json'), 'utf8')) as {
    readonly id: string;
    readonly response: string;
    readonly reasoner_response?: string;
  }[];
  let right = 0;
  let same = 0;
  for (const { id, video, question, options, answer } of questions) {
    const choices = options.flatMap((option) => ['--option', option]);
    const result = await runCli(['ask', video, question, '--json', ...asked, ...roles, ...choices]);
    if (result.code !== 0) throw new Error(`${id}: ${result.stderr}`);
    const record = runRecordSchema.parse(JSON.parse(result.stdout));
    const prediction = written.find((one) => one.id === id);
    const replies = [record.response ?? record.answer?.text, record.answer?.text];
    const isSame =
      (prediction?.reasoner_response ?? prediction?.response) === replies[0] &&
      prediction?.response === replies[1];
    if (isSame) same++;
    else console.log(`${id} differs: ${JSON.stringify(replies)} and ${JSON.stringify(prediction)}`);
    if (record.answer?.option === String.fromCharCode(65 + options.indexOf(answer))) right++;
  }
  const report = JSON.parse((await runCli(['eval', 'report', out, '--json'])).stdout) as EvalReport;
  const accuracy = report.figures.find(({ name }) => name === 'Acc')?.value ?? NaN;
  const asks = (right / questions.length) * 100;
  console.log(`${same} of ${questions.length} answers are the same by ask and by eval run own`);
  console.log(`ask: ${right} right, ${asks.toFixed(2)} %; the report says ${accuracy.toFixed(2)} %`);
  if (same < questions.length || Math.abs(accuracy - asks) > 1e-9) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
