/**
 * `node bench/pairs.ts [decode prefill vision ask] [--package DIR] [--rounds N] [--runtime NAME] [--against CHECKOUT] [--against-runtime NAME]`:
 * this program and another form of it do the same work in turns: another checkout, or through another binding. For each kind of
 * work both medians, and the median and range of the ratios pair by pair, which hold where the machine has other work as well.
 */
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { programPath } from '../electron/host/paths.ts';
import { runtimeNameSchema } from '../native-models/protocol/roles.ts';
import { engineCommand } from './contestants/commands.ts';
import { withContestants, type ContestantCommand, type MeasureRequest } from './contestants/contestant.ts';
import { loadAverage } from './machine/disturbance.ts';
import { machineFacts } from './machine/machine-facts.ts';
import { takeTurns } from './measures/paired-comparison.ts';
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
  },
});
const rounds = Number(values.rounds);

/** The work by its name. */
const works: Readonly<Record<string, MeasureRequest>> = {
  decode: { measure: 'decode', context: 512, tokens: 24 },
  prefill: { measure: 'prefill', tokens: 512 },
  vision: { measure: 'vision', pairs: 1, gridHeight: 16, gridWidth: 16 },
  ask: {
    measure: 'ask',
    videoPath: path.join(programPath, 'assets/demo/shapes-01.mp4'),
    question: 'Tell me what shape the blue thing is that goes out.',
  },
};

/** A form of the program: of another checkout, through another binding. */
function form(name: string, checkout: string | undefined, runtime: string | undefined): ContestantCommand {
  const command = engineCommand(
    values.package,
    Number(values.threads),
    path.join(tmpdir(), `videomind-pairs-${name}`),
  );
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
console.log('| work | this, ms | other, ms | this ÷ other, median (range) of pairs |');
console.log('|---|---|---|---|');
await withContestants(ours, [other], async (first, [second]) => {
  for (const name of positionals.length > 0 ? positionals : ['decode', 'prefill']) {
    const request = works[name];
    if (request === undefined || second === undefined) throw new Error(`Unknown work: ${name}`);
    const taken = await takeTurns(
      [
        { contestant: first, request },
        { contestant: second, request },
      ],
      rounds,
      { log: () => undefined },
    );
    const [one, two] = taken.map(({ sec }) => sec) as [number[], number[]];
    const ratios = one.map((sec, index) => sec / (two[index] ?? NaN));
    const ms = (list: number[]) => (median(list) * 1000).toFixed(1);
    const range = `${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}`;
    console.log(`| ${name} | ${ms(one)} | ${ms(two)} | ${median(ratios).toFixed(3)} (${range}) |`);
  }
});
console.log(`load after: ${loadAverage()}`);
