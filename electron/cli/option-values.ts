import { InvalidArgumentError } from 'commander';
import type { Moment } from '../../native-models/protocol/moments.ts';
import { roleSchema } from '../../native-models/protocol/roles.ts';
import type { Role } from '../../native-models/protocol/roles.ts';

/** Reads option values; what cannot be read is wrong usage. */

/** A whole number of at least `least` (and at most `most`). */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Give a whole number ${range}.`);
  };
}

/** A number that is not negative; decimals with a point. */
export function nonNegativeNumber(text: string): number {
  if (/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    const value = Number(text);
    if (Number.isFinite(value)) return value;
  }
  throw new InvalidArgumentError('Give a number of at least 0, such as 12.5.');
}

/** A number of at least `least` (and at most `most`); decimals with a point. */
export function numberFrom(least: number, most = Number.MAX_VALUE): (text: string) => number {
  return (text) => {
    const value = nonNegativeNumber(text);
    if (value >= least && value <= most) return value;
    const above = least === Number.MIN_VALUE ? 'above 0' : `of at least ${least}`;
    throw new InvalidArgumentError(
      `Give a number ${most === Number.MAX_VALUE ? above : `from ${least} to ${most}`}.`,
    );
  };
}

/** Any number; decimals with a point. */
export function number(text: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Give a number, such as 0.5.');
}

/** An encoding of text by a name that the WHATWG knows. */
export function encodingName(text: string): string {
  try {
    return new TextDecoder(text.trim()).encoding;
  } catch {
    throw new InvalidArgumentError('Give an encoding such as utf-8, utf-16le, gbk, big5 or windows-1252.');
  }
}

/** Roles separated by commas. */
export function roleList(text: string): Role[] {
  const names = text.split(',').map((name) => name.trim());
  return names.map((name) => {
    const role = roleSchema.safeParse(name);
    if (role.success) return role.data;
    throw new InvalidArgumentError(`"${name}" is no role; there are ${roleSchema.options.join(', ')}.`);
  });
}

/** Collects an option that may be given several times. */
export function collect(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, text];
}

/** Reads `4-10.5` as a moment, and keeps those before it. */
export function collectMoments(text: string, earlier: readonly Moment[] = []): Moment[] {
  const [, start, end] = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  const moment = { startSec: Number(start), endSec: Number(end) };
  if (!(moment.endSec > moment.startSec)) {
    throw new InvalidArgumentError('A moment is a start and a later end in seconds, such as 4-10.5.');
  }
  return [...earlier, moment];
}
