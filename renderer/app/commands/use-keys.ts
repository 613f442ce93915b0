import { useApp, useLibrary } from '../use-app.ts';
import { commands } from './command-table.ts';
import { keysOf } from './key-map.ts';
import type { KeyMap } from './key-map.ts';
import { showChord } from './keys.ts';

/** The key of a command as it is shown beside what does the same; undefined where it has none. */
export function shownKeys(keyMap: KeyMap, commandId: string, platform: string): string | undefined {
  const command = commands.find(({ id }) => id === commandId);
  const [chord] = command === undefined ? [] : keysOf(keyMap, command);
  return chord === undefined ? undefined : showChord(chord, platform);
}

/** How keys of commands are shown now, as a person has changed them. */
export function useShownKeys(): (commandId: string) => string | undefined {
  const { bridge } = useApp();
  const keyMap = useLibrary((state) => state.settings.keys);
  return (commandId) => shownKeys(keyMap, commandId, bridge.platform);
}
