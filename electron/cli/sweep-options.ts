import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { SweepAxis } from '../host/evaluation/sweep-variants.ts';

/** What decides how samples are asked: each can be swept. Where they lie and what computes them stays the same. */
const swept = new Set([
  ...['roles', 'style', 'subtitles', 'subtitlesEncoding', 'candidates', 'temperature', 'seed', 'maxTokens'],
  ...['start', 'end', 'search', 'windowSec', 'sampleFps', 'speed'],
  ...['verbatim', 'instructions', 'fps', 'minFrames', 'maxFrames', 'minPixels', 'maxPixels'],
  ...['secondsPerPair', 'repetitionPenalty', 'verifyWith', 'verify', 'answerFrom'],
  ...['tools', 'toolsFrom', 'toolsPackage', 'shownPath', 'toolRounds'],
]);

/** Settings with a value by which others mean nothing: a variant that has it goes without those, so that both can be swept over. */
const switchedOff: Readonly<Record<string, { readonly by: string; readonly beside: readonly string[] }>> = {
  tools: { by: 'none', beside: ['toolsFrom', 'toolsPackage', 'shownPath', 'toolRounds'] },
  verifyWith: { by: 'none', beside: ['verify', 'answerFrom'] },
  search: { by: 'whole', beside: ['windowSec', 'sampleFps'] },
};

/** Whether a setting decides how samples are asked: a task may say it, and a sweep. */
export function isAskSetting(name: string): boolean {
  return swept.has(name);
}

/** Reads `--set NAME=VALUE,VALUE`; of roles, whose values are lists, those are written with a plus. */
export function sweepAxisOption(text: string, before: readonly SweepAxis[] = []): SweepAxis[] {
  const [, given = '', list = ''] = /^([\w-]+)=(.+)$/s.exec(text) ?? [];
  const name = given.replace(/^--/, '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const values = list.split(',').map((value) => value.trim());
  if (!swept.has(name)) {
    throw new InvalidArgumentError(
      `Give a setting and its values, NAME=VALUE,…, of: ${[...swept].join(', ')}.`,
    );
  }
  if (values.includes('') || new Set(values).size < values.length) {
    throw new InvalidArgumentError(`The values of ${name} must differ, and none may be empty.`);
  }
  if (before.some((axis) => axis.name === name)) {
    throw new InvalidArgumentError(`${name} is set twice; give all its values at once.`);
  }
  return [...before, { name, values }];
}

/**
 * The options of a command with some of them given otherwise, read as they are read from the command line.
 * @throws InvalidArgumentError naming the setting whose value cannot be read
 */
export function withValues<Options extends object>(
  command: Command,
  options: Options,
  values: Readonly<Record<string, string>>,
): Options {
  const read = Object.entries(values).map(
    ([name, value]) => [name, readValue(command, name, value)] as const,
  );
  const idle = Object.entries(values).flatMap(([name, value]) => {
    const { by, beside = [] } = switchedOff[name] ?? {};
    return value === by ? beside.map((other) => [other, undefined] as const) : [];
  });
  return { ...options, ...Object.fromEntries(idle), ...Object.fromEntries(read) };
}

function readValue(command: Command, name: string, text: string): unknown {
  const option = command.options.find((one) => one.attributeName() === name);
  if (option === undefined) throw new RangeError(`${command.name()} has no option ${name}.`);
  if (option.isBoolean()) {
    if (text === 'true' || text === 'false') return text === 'true';
    throw new InvalidArgumentError(`${name} is true or false, not "${text}".`);
  }
  if (text === 'none' && switchedOff[name]?.by === text) return undefined;
  const value = name === 'roles' ? text.replaceAll('+', ',') : text;
  try {
    return option.parseArg === undefined ? value : option.parseArg<unknown>(value, undefined);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new InvalidArgumentError(`${name}=${text}: ${error.message}`);
  }
}
