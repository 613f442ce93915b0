/** A float of a JSON text, kept apart from whole numbers: `5.0` stays a float. */
export class PythonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/**
 * A value of a JSON text as Python's `json.loads` reads it: whole numbers of any size are bigints, all others floats; objects
 * keep the order of their keys.
 */
export type JsonValue =
  null | boolean | bigint | string | PythonFloat | readonly JsonValue[] | ReadonlyMap<string, JsonValue>;

/** Whether a value is an object. */
export function isJsonObject(value: JsonValue | undefined): value is ReadonlyMap<string, JsonValue> {
  return value instanceof Map;
}

/** The number that a value is, if it is one; true and false are none. */
export function numberOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'bigint') return Number(value);
  return value instanceof PythonFloat ? value.value : undefined;
}

/** The same in JavaScript's own values, for schemas: floats and whole numbers are one there. */
export function plainValue(value: JsonValue): unknown {
  if (typeof value === 'bigint' || value instanceof PythonFloat) return numberOf(value);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, each]: [string, JsonValue]) => [key, plainValue(each)]));
  if (Array.isArray(value)) return value.map((each: JsonValue) => plainValue(each));
  return value;
}
