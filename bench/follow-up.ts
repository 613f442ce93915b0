/**
 * `npm exec -c 'node bench/follow-up.ts [PACKAGE…] [--video FILE] [--frames N] [--rounds N] [--json FILE]'`: how long a question that
 * goes on from another takes until its first token, and how long the first one took, in turns; without packages the fixtures (or
 * `--only` one), imported in int8. Every round begins with nothing kept. What was asked, read and kept comes from the records.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createAgent, type Agent } from '../native-models/agent/agent.ts';
import { importCheckpoint } from '../native-models/checkpoints/import-checkpoint.ts';
import { openPackage } from '../native-models/checkpoints/open-package.ts';
import { askRequestSchema, type AskRequest } from '../native-models/protocol/ask-request.ts';
import { followUp } from '../native-models/protocol/follow-up.ts';
import { importRequestSchema } from '../native-models/protocol/import-request.ts';
import type { RunRecord } from '../native-models/protocol/run-record.ts';
import { loadAverage } from './machine/disturbance.ts';
import { machineFacts } from './machine/machine-facts.ts';
import { median } from './measures/statistics.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    video: { type: 'string' },
    frames: { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});
/** Replies of random weights never end by themselves. */
const forcedTokens = { planner: 32, grounder: 8, answerer: 32, reasoner: 64 };
const fixtures = join(import.meta.dirname, '..', 'native-models', 'fixtures');

/** A package, and what it is asked about. */
interface Subject {
  readonly name: string;
  readonly packagePath: string;
  readonly videoPath: string;
  /** The tools file of a model that calls tools: its own replies are read then. */
  readonly tools?: string;
}

interface Question {
  readonly firstTokenSec: number;
  readonly prompt: number;
  readonly reused: number;
}

/** One round: a question, one that goes on from it, and one that goes on from that. */
type Round = readonly [Question, Question, Question];

async function fixtureSubjects(folder: string): Promise<Subject[]> {
  const chain = { base: 'base', adapters: 'model' };
  const packs = [
    { pack: 'pack-2b', ...chain },
    { pack: 'pack-qwen2.5', base: 'checkpoint' },
    { pack: 'pack-qwen3', base: 'checkpoint' },
    { pack: 'pack-tools', base: 'checkpoint', tools: 'tools.json' },
    { pack: 'pack-tools-qwen3', base: 'checkpoint', tools: 'tools.json' },
  ];
  const subjects: Subject[] = [];
  for (const { pack, base, tools, ...rest } of packs) {
    if (values.only !== undefined && values.only !== pack) continue;
    const packagePath = join(folder, pack);
    const within = (name: string) => join(fixtures, pack, name);
    const adaptersPath = 'adapters' in rest ? within(rest.adapters) : undefined;
    const request = { basePath: within(base), adaptersPath, outPath: packagePath, precision: 'int8' };
    await importCheckpoint(importRequestSchema.parse(request));
    const protocol = tools === undefined ? {} : { tools: readFileSync(within(tools), 'utf8') };
    subjects.push({ name: pack, packagePath, videoPath: within(join('videos', 'a.mp4')), ...protocol });
  }
  return subjects;
}

async function ask(
  agent: Agent,
  { packagePath, videoPath, tools }: Subject,
  question: string,
  before?: RunRecord,
): Promise<{ readonly record: RunRecord; readonly asked: Question }> {
  const startMs = performance.now();
  let firstTokenSec: number | undefined;
  const first = {
    ...(tools === undefined ? {} : { tools: { protocol: tools, shownPath: 'film.mp4' } }),
    ...(values.frames === undefined ? {} : { maxFrames: Number(values.frames) }),
  };
  const isReasoner = agent.workspace.model.reasoner !== undefined;
  const request: AskRequest = askRequestSchema.parse({
    ...{ videoPath, modelPath: packagePath, question },
    ...(tools === undefined ? { forcedTokens } : {}),
    ...(isReasoner ? { reasoner: first } : {}),
    ...(before === undefined ? {} : followUp(before)),
  });
  const { record } = await agent.ask(request, {
    onEvent: (event) => {
      if (event.type === 'token') firstTokenSec ??= (performance.now() - startMs) / 1000;
    },
  });
  if (firstTokenSec === undefined) throw new Error(`${packagePath} said nothing.`);
  const read = record.turns?.[0]?.tokens ?? record.tokens[isReasoner ? 'reasoner' : 'planner'];
  if (read === undefined) throw new Error(`${packagePath} read nothing.`);
  return { record, asked: { firstTokenSec, prompt: read.prompt, reused: read.reused } };
}

async function measure(subject: Subject): Promise<Round[]> {
  const model = await openPackage(subject.packagePath, { device: 'cpu' });
  const rounds: Round[] = [];
  try {
    // The first round warms the graphs up and is not counted.
    for (let round = -1; round < Number(values.rounds); round++) {
      const agent = createAgent(model);
      const first = await ask(agent, subject, 'What happens in the video?');
      const second = await ask(agent, subject, 'Is there a circle?', first.record);
      const third = await ask(agent, subject, 'Which colour has it?', second.record);
      agent.dropCaches();
      if (round >= 0) rounds.push([first.asked, second.asked, third.asked]);
    }
  } finally {
    await model.dispose();
  }
  return rounds;
}

const folder = await mkdtemp(join(tmpdir(), 'videomind-follow-up-'));
try {
  const { video = join(fixtures, 'pack-2b', 'videos', 'a.mp4') } = values;
  const given = positionals.map((packagePath) => ({
    ...{ name: basename(packagePath), packagePath: resolve(packagePath), videoPath: resolve(video) },
  }));
  const rows = [];
  for (const subject of given.length > 0 ? given : await fixtureSubjects(folder)) {
    const rounds = await measure(subject);
    const middle = (of: (round: Round) => number) => median(rounds.map(of));
    const [first, second, third] = rounds.at(-1) ?? [];
    const row = {
      name: subject.name,
      firstSec: middle(([each]) => each.firstTokenSec),
      followUpSec: middle(([, each]) => each.firstTokenSec),
      ratio: middle(([each, next]) => next.firstTokenSec / each.firstTokenSec),
      secondRatio: middle(([each, , last]) => last.firstTokenSec / each.firstTokenSec),
      tokens: { first, second, third },
      rounds,
    };
    rows.push(row);
    const ms = (sec: number) => `${(1000 * sec).toFixed(0)} ms`;
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const read = [second, third].map((each) => (each === undefined ? 0 : each.prompt - each.reused));
    console.log(
      `${row.name}: first token after ${ms(row.firstSec)}, of a follow-up after ${ms(row.followUpSec)} (${percent(row.ratio)}), ` +
        `of another after ${percent(row.secondRatio)}; prompt of ${first?.prompt ?? 0}, then ${read.join(' and ')} tokens read`,
    );
  }
  if (values.json !== undefined) {
    const report = { machine: machineFacts(), load: loadAverage(), rows };
    await writeFile(
      resolve(process.env['INIT_CWD'] ?? '.', values.json),
      `${JSON.stringify(report, undefined, 2)}\n`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
