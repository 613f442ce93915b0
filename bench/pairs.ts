/**
 * `node bench/pairs.ts [decode prefill vision ask] [--package DIR] [--rounds N] [--runtime NAME] [--against CHECKOUT] [--against-runtime NAME]
 * [--other-first]`:
 * this program and another form of it do the same work in turns: another checkout, or through another binding. For each kind of
 * work both medians, and the median and range of the ratios pair by pair; beside them those of the processor's time, which holds
 * better where the machine has other work as well (Linux). Which form is opened first has been worth 5 % of a token, with a program
 * against itself: `--other-first` opens them the other way round, and the truth lies between both.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { programPath } from '../electron/host/paths.ts';
import { runtimeNameSchema } from '../native-models/protocol/roles.ts';
import { engineCommand } from './contestants/commands.ts';
import {
  withContestants,
  type Contestant,
  type ContestantCommand,
  type MeasureRequest,
} from './contestants/contestant.ts';
import { loadAverage } from './machine/disturbance.ts';
import { machineFacts } from './machine/machine-facts.ts';
import { median } from './measures/statistics.ts';
import { benchPaths } from './preparation/paths.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    package: { type: 'string', default: benchPaths('2b').modelPackage },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: String(machineFacts().cores) },
    runtime: { type: 'string' },
    against: { type: 'string' },
    'against-runtime': { type: 'string' },
    'other-first': { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);

/** The work by its name. */
const works: Readonly<Record<string, MeasureRequest>> = {
  // Few tokens a turn: what else the machine does meets both.
  decode: { measure: 'decode', context: 512, tokens: 8 },
  prefill: { measure: 'prefill', tokens: 512 },
  vision: { measure: 'vision', pairs: 1, gridHeight: 16, gridWidth: 16 },
  ask: {
    measure: 'ask',
    videoPath: path.join(programPath, 'assets/demo/shapes-01.mp4'),
    question: 'Tell me what shape the blue thing is that goes out.',
  },
};

/**
 * A form of the program: of another checkout, through another binding. Its weights are packed in its own memory: of two copies on disk,
 * equal to the byte, chance puts more of one into huge pages, and a token costs up to 5 % less by that one, whatever the program.
 */
function form(name: string, checkout: string | undefined, runtime: string | undefined): ContestantCommand {
  const command = engineCommand(values.package, Number(values.threads));
  const [script = '', ...others] = command.arguments;
  const own = checkout === undefined ? script : path.join(checkout, 'bench/contestants/engine.ts');
  return {
    ...command,
    name,
    arguments: [
      own,
      ...others,
      ...(runtime === undefined ? [] : ['--runtime', runtimeNameSchema.parse(runtime)]),
    ],
  };
}

const ours = form('this', undefined, values.runtime);
const other = form('other', values.against, values['against-runtime']);
console.log(`load before: ${loadAverage()}`);
console.log('| work | this, ms | other, ms | this ÷ other, median (range) of pairs | in processor time |');
console.log('|---|---|---|---|---|');
const [opened, openedNext] = values['other-first'] ? [other, ours] : [ours, other];
await withContestants(opened, [openedNext], async (first, [second]) => {
  for (const name of positionals.length > 0 ? positionals : ['decode', 'prefill']) {
    const request = works[name];
    if (request === undefined || second === undefined) throw new Error(`Unknown work: ${name}`);
    const entrants = values['other-first'] ? ([second, first] as const) : ([first, second] as const);
    for (const entrant of entrants) await entrant.ask(request); // not counted
    const samples: Sample[][] = [[], []];
    for (let round = 0; round < rounds; round++) {
      for (const place of round % 2 === 0 ? [0, 1] : [1, 0])
        samples[place]?.push(await sampleOf(entrants[place === 0 ? 0 : 1], request));
    }
    const ms = (place: number) => (median((samples[place] ?? []).map(({ sec }) => sec)) * 1000).toFixed(1);
    const ratios = (of: keyof Sample) =>
      (samples[0] ?? []).map((sample, index) => sample[of] / (samples[1]?.[index]?.[of] ?? NaN));
    console.log(
      `| ${name} | ${ms(0)} | ${ms(1)} | ${described(ratios('sec'))} | ${described(ratios('cpuSec'))} |`,
    );
  }
});
console.log(`load after: ${loadAverage()}`);

/** What one piece of work took: on the clock, and of processors. */
interface Sample {
  readonly sec: number;
  readonly cpuSec: number;
}

async function sampleOf(contestant: Contestant, request: MeasureRequest): Promise<Sample> {
  const before = cpuSeconds(contestant.pid);
  const { sec } = await contestant.ask(request);
  return { sec, cpuSec: cpuSeconds(contestant.pid) - before };
}

/** Seconds of processors that a process has had, in user and system mode; NaN where the system does not tell. */
function cpuSeconds(pid: number): number {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const ticksPerSecond = 100;
    return (Number(afterName[11]) + Number(afterName[12])) / ticksPerSecond;
  } catch {
    return NaN;
  }
}

function described(ratios: readonly number[]): string {
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return `${median(ratios).toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)})`;
}
