import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { programPath } from '../electron/host/paths.ts';
import { scorePredictions } from '../native-models/evaluation/scoring/score-predictions.ts';
import { median } from './measures/statistics.ts';

/**
 * Measures how long scoring takes and how much memory it needs: `node bench/score.ts [samples]` (100,000). Invented
 * predictions in the dump format, with all the keys that the reference writes, are scored as one list, as eight chunks of
 * JSONL, in CG-Bench mode, and as a QVHighlights submission with saliency. Prints one JSON line a case. With `--against CHECKOUT`
 * this program and another checkout of it score the same in turns, five times each, and the medians of the ratios are printed, of
 * time and of the processor's, which holds better where the machine has other work as well.
 */
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { against: { type: 'string' } },
});
const [count, folder, caseIndex] = positionals;
const sampleCount = Number(count ?? 100_000);
const rounds = 5;
const chunks = 8;
const tasks = ['TC', 'TN', 'TP', 'CH', 'CW'];
const sentence = 'the person in the red shirt opens the box and puts the cup onto the table ';

let state = 1;
/** Numbers in [0, 1) that are the same every time (xorshift32). */
function random(): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 2 ** 32;
}

function span(durationSec: number): [number, number] {
  const start = Math.fround(random() * durationSec);
  return [start, Math.fround(start + random() * (durationSec - start))];
}

function sample(index: number): object {
  const durationSec = 20 + Math.round(random() * 10_000) / 10;
  const guesses = Array.from({ length: 5 }, () => span(durationSec));
  const confidences = guesses.map(() => Math.fround(random()));
  const truth = Math.floor(random() * 5);
  return {
    source: 'bench',
    data_type: 'multimodal',
    video_path: `data/videos/${index % 5000}.mp4`,
    duration: durationSec,
    query: `${sentence}${index}`,
    question: `${sentence}${index}?`,
    options: ['A', 'B', 'C', 'D', 'E'].map((letter) => `${sentence}${letter}`),
    answer: sentence,
    ans: 'ABCDE'.charAt(truth),
    span: [span(durationSec), span(durationSec)],
    task: tasks[index % tasks.length],
    agents: ['planner', 'grounder', 'verifier', 'answerer'],
    planner_response: `[{"type": "grounder", "value": "${sentence}"}, {"type": "answerer"}]`,
    grounder_response: 'The relevant moment happens in <|reg|>.',
    grounder_success: true,
    pred: guesses,
    conf: confidences,
    probs: confidences,
    ranks: [0, 1, 2, 3, 4],
    pred_ori: guesses.toReversed(),
    conf_ori: confidences.toReversed(),
    answerer_response: 'A',
    response: `(${'ABCDE'.charAt(Math.floor(random() * 5))}) ${sentence}`,
  };
}

function prediction(qid: number): object {
  return {
    qid,
    vid: `v${qid}`,
    pred_relevant_windows: Array.from({ length: 10 }, () => [...span(150), random()]),
    pred_saliency_scores: Array.from({ length: 75 }, () => Math.fround(random())),
  };
}

function annotation(qid: number): object {
  const clips = Array.from({ length: 20 }, (_, index) => index * 3);
  return {
    qid,
    vid: `v${qid}`,
    query: sentence,
    duration: 150,
    relevant_windows: [span(150)],
    relevant_clip_ids: clips,
    saliency_scores: clips.map(() => [0, 0, 0].map(() => Math.floor(random() * 5))),
  };
}

/** Writes a list or lines without holding them. */
async function write(
  path: string,
  count: number,
  make: (index: number) => object,
  first = 0,
  step = 1,
): Promise<void> {
  const list = path.endsWith('.json');
  const stream = createWriteStream(path);
  if (list) stream.write('[');
  for (let index = first; index < count; index += step) {
    const separator = list ? (index === first ? '' : ', ') : '';
    if (!stream.write(`${separator}${JSON.stringify(make(index))}${list ? '' : '\n'}`))
      await once(stream, 'drain');
  }
  stream.end(list ? ']' : '');
  await once(stream, 'close');
}

const cases = [
  { name: 'grounded QA, one list', predictions: 'one', benchmark: 'nextgqa' },
  { name: 'grounded QA, eight chunks', predictions: 'many', benchmark: 'nextgqa' },
  { name: 'CG-Bench, above 0.3', predictions: 'one', benchmark: 'cgbench' },
  {
    name: 'QVHighlights',
    predictions: 'submission.jsonl',
    benchmark: 'qvhighlights',
    annotations: 'annotations.jsonl',
  },
] as const;

async function measure(home: string, index: number): Promise<void> {
  const one = cases[index];
  if (one === undefined) throw new Error(`There is no case ${index}.`);
  const startMs = performance.now();
  const { coverage, trustworthy } = await scorePredictions({
    predictionsPath: join(home, one.predictions),
    benchmark: one.benchmark,
    asPublished: false,
    confidenceThreshold: 0.3,
    ...('annotations' in one ? { annotationsPath: join(home, one.annotations) } : {}),
  });
  const seconds = (performance.now() - startMs) / 1000;
  const { user, system } = process.cpuUsage();
  console.log(
    JSON.stringify({
      name: one.name,
      samples: coverage.samples,
      trustworthy,
      seconds: Number(seconds.toFixed(2)),
      processorSeconds: Number(((user + system) / 1e6).toFixed(2)),
      peakResidentMegabytes: Math.round(process.resourceUsage().maxRSS / 1000),
    }),
  );
}

if (folder === undefined) await prepareAndMeasureAll();
else await measure(folder, Number(caseIndex));

async function prepareAndMeasureAll(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'videomind-bench-score-'));
  try {
    await mkdir(join(home, 'one'));
    await mkdir(join(home, 'many'));
    await write(join(home, 'one', 'output.json'), sampleCount, sample);
    for (let chunk = 0; chunk < chunks; chunk++) {
      await write(join(home, 'many', `output_${chunk}.jsonl`), sampleCount, sample, chunk, chunks);
    }
    await write(join(home, 'annotations.jsonl'), sampleCount, annotation);
    await write(join(home, 'submission.jsonl'), sampleCount, prediction);
    for (const index of cases.keys()) {
      if (options.against === undefined) console.log(JSON.stringify(runCase(programPath, home, index)));
      else compareCase(options.against, home, index);
    }
  } finally {
    await rm(home, { recursive: true });
  }
}

/** What `measure` prints. */
interface Measured {
  readonly name: string;
  readonly seconds: number;
  readonly processorSeconds: number;
}

/** A case in a process of its own, so that none inherits another's memory. */
function runCase(checkout: string, home: string, index: number): Measured {
  const script = join(checkout, 'bench', 'score.ts');
  const run = spawnSync(process.execPath, [script, String(sampleCount), home, String(index)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (run.status !== 0) throw new Error(`Case ${index} failed.`);
  return JSON.parse(run.stdout) as Measured;
}

function compareCase(other: string, home: string, index: number): void {
  const pairs = Array.from({ length: rounds }, (_, round) => {
    const checkouts = round % 2 === 0 ? [programPath, other] : [other, programPath];
    const measured = checkouts.map((checkout) => runCase(checkout, home, index));
    return round % 2 === 0 ? measured : measured.toReversed();
  });
  const ratio = (of: 'seconds' | 'processorSeconds'): number =>
    median(pairs.map(([ours, theirs]) => (ours?.[of] ?? NaN) / (theirs?.[of] ?? NaN)));
  const [time, processor] = [ratio('seconds'), ratio('processorSeconds')].map((value) => value.toFixed(2));
  const seconds = (at: 0 | 1): string => median(pairs.map((pair) => pair[at]?.seconds ?? NaN)).toFixed(2);
  console.log(
    `${cases[index]?.name ?? index}: ${seconds(0)} s, the other ${seconds(1)} s; ratio ${time}, of the processor's time ${processor}`,
  );
}
