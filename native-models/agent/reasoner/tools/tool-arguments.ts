import { isJsonObject, numberOf } from '../../../python-text/json-value.ts';
import type { JsonValue } from '../../../python-text/json-value.ts';
import { fixedText } from '../../../python-text/format-text.ts';
import { pythonText } from '../../../python-text/write-values.ts';
import type { FrameRegion } from '../../shown/clip.ts';
import { Refusal } from './tool-results.ts';

/** The arguments of a call, each checked as it is asked for; what is wrong is a {@link Refusal}. */
export class ToolArguments {
  readonly #values: ReadonlyMap<string, JsonValue>;
  readonly #durationSec: number;

  /** @param required Names of arguments, in the order in which a missing one is told. */
  constructor(given: JsonValue, required: readonly string[], durationSec: number) {
    if (!isJsonObject(given)) throw new Refusal('arguments');
    for (const argument of required) if (!given.has(argument)) throw new Refusal('missing', { argument });
    this.#values = given;
    this.#durationSec = durationSec;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** As Python writes it. */
  text(name: string): string {
    return pythonText(this.#values.get(name) ?? null);
  }

  /** Words for a model. */
  words(name: string): string {
    const value = this.#values.get(name);
    if (typeof value !== 'string' || value.trim() === '') throw new Refusal('text', { argument: name });
    return value;
  }

  /** The only path that is known is the name that stands for the video: no other is ever looked at. */
  requirePath(name: string, shownPath: string): void {
    if (this.#values.get(name) !== shownPath)
      throw new Refusal('path', { argument: name, path: this.text(name) });
  }

  /** Seconds that lie before the video's end. */
  startSec(name: string): number {
    const sec = this.#number(name);
    if (sec >= this.#durationSec)
      throw new Refusal('start', {
        ...{ argument: name, start: this.text(name), time: this.text(name) },
        duration: fixedText(this.#durationSec, 2),
      });
    return Math.max(0, sec);
  }

  /** A stretch within the video, as two arguments or as one that lists both: an end beyond it is cut. */
  stretch(names: { readonly start: string; readonly end: string } | { readonly span: string }): {
    readonly startSec: number;
    readonly endSec: number;
    readonly told: Readonly<Record<string, JsonValue>>;
  } {
    if ('span' in names) return this.#listed(names.span).stretch({ start: '0', end: '1' });
    const startSec = this.startSec(names.start);
    const endSec = Math.min(this.#number(names.end), this.#durationSec);
    const told = { start: this.text(names.start), end: this.text(names.end) };
    // JSON as Python reads it has a number that is none.
    if (Number.isNaN(startSec) || Number.isNaN(endSec)) throw new Refusal('range', told);
    return { startSec, endSec, told };
  }

  /** Four shares of the frame: left, top, right, bottom. */
  region(name: string): FrameRegion {
    const value = this.#values.get(name);
    const shares = Array.isArray(value) ? value.map((share: JsonValue) => numberOf(share)) : [];
    const [left, top, right, bottom] = shares;
    const fits =
      shares.length === 4 && shares.every((share) => share !== undefined && share >= 0 && share <= 1);
    if (!fits || left === undefined || top === undefined || right === undefined || bottom === undefined)
      throw new Refusal('region', { argument: name });
    if (left >= right || top >= bottom) throw new Refusal('region', { argument: name });
    return { left, top, right, bottom };
  }

  /** Frames a second: more than none, and not endlessly many. */
  rate(name: string): number {
    const rate = this.#number(name);
    if (!(rate > 0) || !Number.isFinite(rate)) throw new Refusal('number', { argument: name });
    return rate;
  }

  /** The members of a list as arguments of their own, by their places. */
  #listed(name: string): ToolArguments {
    const value = this.#values.get(name);
    if (!Array.isArray(value) || value.length !== 2) throw new Refusal('number', { argument: name });
    const members = value.map((member: JsonValue, place) => [String(place), member] as const);
    return new ToolArguments(new Map(members), [], this.#durationSec);
  }

  #number(name: string): number {
    const number = numberOf(this.#values.get(name));
    if (number === undefined) throw new Refusal('number', { argument: name });
    return number;
  }
}
