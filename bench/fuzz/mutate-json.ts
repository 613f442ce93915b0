import type { Chance } from './mutate.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const tellingValues: readonly Json[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1,
    0.5,
    1e308,
    -1e308,
    2 ** 53,
    2 ** 31,
    1e-320,
    '',
    'a',
    '0',
    'NaN',
    '__proto__',
    '\0',
    '\ud800',
  ],
  ...[[], {}, [[]], [null], { a: null }, 'x'.repeat(5000)],
];

/** Changes values of a JSON text and leaves it JSON: bytes alone seldom do. Undefined for what is none. */
export function mutateJson(input: Uint8Array, chance: Chance): Buffer | undefined {
  let value: Json;
  try {
    value = JSON.parse(Buffer.from(input).toString()) as Json;
  } catch {
    return undefined;
  }
  for (let changes = 1 + chance.below(3); changes > 0; changes--) {
    const places = placesIn(value);
    const place = chance.pick(places);
    if (place === undefined) value = chance.pick(tellingValues) ?? null;
    else change(place, chance, places);
  }
  return Buffer.from(JSON.stringify(value));
}

interface Place {
  readonly holder: Json[] | { [name: string]: Json };
  readonly key: string;
}

const mostPlaces = 2000;

function placesIn(root: Json): Place[] {
  const places: Place[] = [];
  const waiting: Json[] = [root];
  for (let value = waiting.pop(); value !== undefined && places.length < mostPlaces; value = waiting.pop()) {
    if (value === null || typeof value !== 'object') continue;
    for (const [key, content] of Object.entries(value)) {
      places.push({ holder: value, key });
      waiting.push(content);
    }
  }
  return places;
}

const read = ({ holder, key }: Place): Json => (holder as { [name: string]: Json })[key] ?? null;

function write({ holder, key }: Place, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function change(place: Place, chance: Chance, places: readonly Place[]): void {
  const other = chance.pick(places) ?? place;
  const value = read(place);
  switch (chance.below(6)) {
    case 0:
    case 1: {
      write(place, structuredClone(chance.pick(tellingValues) ?? null));
      return;
    }
    case 2: {
      // Deep copies: a tree that holds itself could not be written.
      write(place, structuredClone(read(other)));
      return;
    }
    case 3:
      if (Array.isArray(place.holder)) place.holder.splice(Number(place.key), 1);
      else Reflect.deleteProperty(place.holder, place.key);
      return;
    case 4: {
      write({ holder: place.holder, key: other.key }, structuredClone(value));
      return;
    }
    default:
      if (typeof value === 'number') {
        write(place, chance.below(2) === 0 ? -value : value * 2 ** (chance.below(64) - 20));
        return;
      }
      if (typeof value === 'string') {
        write(place, value.slice(chance.below(value.length + 1)) + value);
        return;
      }
      {
        write(place, [value, structuredClone(value)]);
        return;
      }
  }
}
