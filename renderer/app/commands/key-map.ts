import type { Settings } from '../../../electron/host/contract/settings.ts';

/** What of a command the keyboard map is about. */
interface Keyed {
  readonly id: string;
  readonly keys: readonly string[];
}

/** The chords that a person gave to commands, by the commands' ids; an empty list: none. */
export type KeyMap = Settings['keys'];

/** The chords of a command: those that a person gave it, else its own. */
export function keysOf(keyMap: KeyMap, command: Keyed): readonly string[] {
  return keyMap[command.id] ?? command.keys;
}

/** The other commands that a chord would carry out. */
export function conflictsOf<Command extends Keyed>(
  commands: readonly Command[],
  keyMap: KeyMap,
  id: string,
  chord: string,
): readonly Command[] {
  return commands.filter((command) => command.id !== id && keysOf(keyMap, command).includes(chord));
}

/** The map with a chord for a command (null: none) in place of those that it had; other commands lose that chord. */
export function withKey(
  commands: readonly Keyed[],
  keyMap: KeyMap,
  command: Keyed,
  chord: string | null,
): KeyMap {
  const next: KeyMap = { ...keyMap, [command.id]: chord === null ? [] : [chord] };
  if (chord === null) return next;
  for (const other of conflictsOf(commands, keyMap, command.id, chord))
    next[other.id] = keysOf(keyMap, other).filter((each) => each !== chord);
  return next;
}

/** The map with a command's own keys again. */
export function withOwnKeys(keyMap: KeyMap, id: string): KeyMap {
  return Object.fromEntries(Object.entries(keyMap).filter(([each]) => each !== id));
}
