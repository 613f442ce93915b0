/**
 * Whether the engine says what PyTorch says, question by question, through all roles of the demo model in fp32:
 * `node bench/demo-quality/parity.ts --films FOLDER --checkpoint training/demo-run/checkpoint --model FP32_PACKAGE [--count 20]`
 *
 * The package: `node assets/demo/make-package.ts CHECKPOINT FP32_PACKAGE fp32`. PyTorch asks in `training/`, with `--python`.
 */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { z } from 'zod';
import { forkEngine } from '../../electron/host/engine/fork-engine.ts';
import { EngineSupervisor } from '../../electron/host/engine/supervisor.ts';
import { cachePath, engineEntryPath, programPath } from '../../electron/host/paths.ts';
import { readFilms } from './held-out-films.ts';
import type { Film, FilmQuestion } from './held-out-films.ts';

/** Seconds and scores may differ by the last digits of two ways to compute in float32. */
const tolerance = 2e-3;

const saidSchema = z.object({
  plan: z.object({ response: z.string() }).nullable(),
  candidates: z.array(
    z.object({ startSec: z.number(), endSec: z.number(), verifierScore: z.number().nullable() }),
  ),
  answer: z.string().nullable(),
});
type Said = z.infer<typeof saidSchema>;

const { values } = parseArgs({
  options: {
    films: { type: 'string' },
    checkpoint: { type: 'string' },
    model: { type: 'string' },
    count: { type: 'string', default: '20' },
    python: { type: 'string', default: 'python3' },
  },
});
const { films: filmsPath, checkpoint, model } = values;
if (filmsPath === undefined || checkpoint === undefined || model === undefined) {
  throw new Error('Usage: parity.ts --films FOLDER --checkpoint CHECKPOINT --model FP32_PACKAGE');
}

const asked = (await readFilms(path.resolve(filmsPath)))
  .flatMap((film) =>
    film.questions
      .filter(({ route }) => route === 1)
      .slice(0, 1)
      .map((each) => [film, each] as const),
  )
  .slice(0, Number(values.count));
const engine = new EngineSupervisor(() => forkEngine(engineEntryPath, { VIDEOMIND_CACHE_DIR: cachePath() }));
let equal = 0;
try {
  for (const [film, question] of asked) {
    const [ours, theirs] = [await askEngine(film, question), await askPytorch(film, question)];
    const difference = differenceOf(ours, theirs);
    if (difference === undefined) equal++;
    process.stdout.write(`${path.basename(film.video)} ${question.question} ${difference ?? 'equal'}\n`);
  }
} finally {
  await engine.dispose();
}
process.stdout.write(`${equal} of ${asked.length} asks equal\n`);
process.exitCode = equal === asked.length ? 0 : 1;

async function askEngine(film: Film, { question, options }: FilmQuestion): Promise<Said> {
  const request = { videoPath: film.video, modelPath: path.resolve(model ?? ''), question };
  const { record } = await engine.call('ask', { ...request, ...(options.length > 0 ? { options } : {}) });
  const candidates = record.candidates.map(({ startSec, endSec, verifierScore }) => ({
    startSec,
    endSec,
    verifierScore: verifierScore ?? null,
  }));
  return { plan: record.plan ?? null, candidates, answer: record.answer?.text ?? null };
}

async function askPytorch(film: Film, { question, options }: FilmQuestion): Promise<Said> {
  const folder = path.resolve(checkpoint ?? '');
  const choices = options.flatMap((option) => ['--option', option]);
  const paths = ['--base', path.join(folder, 'base'), '--adapters', path.join(folder, 'model'), '--cpu'];
  const { stdout } = await promisify(execFile)(
    values.python,
    ['-m', 'videomind_training', 'ask', film.video, question, ...paths, ...choices],
    { cwd: path.join(programPath, 'training') },
  );
  return saidSchema.parse(JSON.parse(stdout));
}

/** What differs, in words; undefined if nothing does. */
function differenceOf(ours: Said, theirs: Said): string | undefined {
  if (ours.plan?.response !== theirs.plan?.response) {
    return `plan: ${ours.plan?.response} against ${theirs.plan?.response}`;
  }
  if (ours.answer !== theirs.answer) return `answer: ${ours.answer} against ${theirs.answer}`;
  for (const [index, { startSec, endSec, verifierScore }] of ours.candidates.entries()) {
    const other = theirs.candidates[index];
    if (other === undefined) return 'more candidates';
    const apart = Math.max(
      Math.abs(startSec - other.startSec),
      Math.abs(endSec - other.endSec),
      Math.abs((verifierScore ?? 0) - (other.verifierScore ?? 0)),
    );
    if (apart > tolerance) return `candidate ${index}: ${apart.toFixed(4)} apart`;
  }
  return undefined;
}
