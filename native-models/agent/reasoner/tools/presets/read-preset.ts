import { join } from 'node:path';
import { parsePythonConstants } from '../../../../checkpoints/prompts/python-constants.ts';
import { readTextFile } from '../../../../checkpoints/read-file.ts';
import { EngineError } from '../../../../protocol/errors.ts';
import type { Preset, TakenWords } from './preset-schema.ts';

const maxBytes = 1024 * 1024;

/**
 * A published protocol with the words of its project, which are read from a copy that the user has.
 *
 * @param folder A checkout of the project's repository.
 * @returns tools.json as a text
 * @throws EngineError TOOLS_INVALID where the folder is none, or of another version
 */
export async function readPreset({ source, protocol, words }: Preset, folder: string): Promise<string> {
  const written: unknown = structuredClone(protocol);
  for (const [place, taken] of Object.entries(words))
    put(written, place.split('.'), await take(taken, source.title, folder));
  return JSON.stringify(written);
}

/** Sets a value by the names that lead to it; what is missing on the way is a list for numbers, else an object. */
function put(into: unknown, [name = '', ...rest]: readonly string[], value: unknown): void {
  const parent = into as Record<string, unknown>;
  if (rest.length === 0) parent[name] = value;
  else put((parent[name] ??= /^\d+$/u.test(rest[0] ?? '') ? [] : {}), rest, value);
}

async function take(taken: TakenWords, title: string, folder: string): Promise<unknown> {
  const path = join(folder, taken.file);
  const text = await readPart(taken.file, title, folder);
  const missing = (): never => {
    throw new EngineError('TOOLS_INVALID', `${path} does not hold ${taken.what}: it is of another version.`, {
      remedy: `Use a version of ${title} that has it, or write a tools file (docs/tools.md).`,
    });
  };
  if (taken.constant !== undefined) return parsePythonConstants(text, path).get(taken.constant).text;
  if (taken.json !== undefined) return parsed(groupsOf(text, taken.json) ?? missing()) ?? missing();
  if (taken.pattern === undefined) return text;
  const found = unquoted(groupsOf(text, taken.pattern) ?? missing(), taken.quoted) ?? missing();
  const filled = taken.values === undefined ? found : await exchange(found, taken.values, title, folder);
  return (taken.before ?? '') + (filled ?? missing());
}

function groupsOf(text: string, pattern: string): string | undefined {
  const found = new RegExp(pattern, 'mu').exec(text);
  return found === null ? undefined : found.slice(1).join('');
}

/** What a quoted text says; undefined where it is written in another way. */
function unquoted(written: string, quoted: TakenWords['quoted']): string | undefined {
  // Hydra keeps every backslash but those before its own quotes.
  if (quoted === 'hydra') return written.replaceAll('\\"', '"');
  const said = parsed(`"${written}"`);
  return typeof said === 'string' ? said : undefined;
}

/** A sentence of Python's with its expressions exchanged; undefined where there is another in it. */
async function exchange(
  sentence: string,
  values: NonNullable<TakenWords['values']>,
  title: string,
  folder: string,
): Promise<string | undefined> {
  const pieces = sentence.split(/\{([^{}]*)\}/u);
  const filled = await Promise.all(
    pieces.map(async (piece, index) => {
      if (index % 2 === 0) return piece;
      const value = Object.hasOwn(values, piece) ? values[piece] : undefined;
      return typeof value === 'object' ? String(await take(value, title, folder)) : value;
    }),
  );
  return filled.includes(undefined) ? undefined : filled.join('');
}

async function readPart(name: string, title: string, folder: string): Promise<string> {
  try {
    return await readTextFile(join(folder, name), 'TOOLS_INVALID', maxBytes);
  } catch (cause) {
    throw new EngineError('TOOLS_INVALID', `There is no ${name} in ${folder}.`, {
      remedy: `Clone the ${title} repository and name its folder with --tools-from.`,
      cause,
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
