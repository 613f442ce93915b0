import { PythonFloat } from '../../python-text/json-value.ts';
import type { JsonValue } from '../../python-text/json-value.ts';
import { writeJson } from '../../python-text/write-values.ts';

/** Of Unicode's private use: neither prompts nor templates hold them, and if one did nothing would be put back for it. */
const mark = '\uF8FA';

/**
 * JSON values for a template engine that knows JavaScript's values only: what that would write otherwise than Python does
 * (`5.0`, whole numbers beyond 2⁵³, keys that look like indices) is given a text to stand in for it, which is exchanged for
 * Python's way of writing afterwards.
 */
export class StandIns {
  readonly #written: string[] = [];
  readonly #keys: string[] = [];

  /** The value as the template engine is given it. */
  value(value: JsonValue): unknown {
    if (value instanceof PythonFloat) return this.#number(value.value, writeJson(value));
    if (typeof value === 'bigint') return this.#number(Number(value), value.toString());
    if (value instanceof Map)
      return Object.fromEntries(
        [...value].map(([key, each]: [string, JsonValue]) => [this.#key(key), this.value(each)]),
      );
    if (Array.isArray(value)) return value.map((each: JsonValue) => this.value(each));
    return value;
  }

  /** What the template made, with the values themselves in it. */
  putBack(text: string): string {
    if (!text.includes(mark)) return text;
    return text
      .replace(new RegExp(`"?${mark}n(\\d+)${mark}"?`, 'gu'), (found, index: string) => {
        const written = this.#written[Number(index)];
        return written === undefined ? found : keepUnpaired(found, written);
      })
      .replace(
        new RegExp(`${mark}k(\\d+)${mark}`, 'gu'),
        (found, index: string) => this.#keys[Number(index)] ?? found,
      );
  }

  #number(value: number, written: string): unknown {
    if (JSON.stringify(value) === written) return value;
    return `${mark}n${this.#written.push(written) - 1}${mark}`;
  }

  /** JavaScript puts keys that are indices first. */
  #key(key: string): string {
    if (!/^(?:0|[1-9]\d*)$/.test(key)) return key;
    return `${mark}k${this.#keys.push(key) - 1}${mark}`;
  }
}

/** Quotes go with a number that stood as a text; where there is one only it belongs to the words around. */
function keepUnpaired(found: string, written: string): string {
  const opened = found.startsWith('"');
  const closed = found.endsWith('"');
  if (opened === closed) return written;
  return opened ? `"${written}` : `${written}"`;
}
