import { expect, test } from 'vitest';
import { scriptedWindow } from '../testing/scripted-window.ts';
import { commandOf, commands } from './command-table.ts';
import { shownKeys } from './use-keys.ts';
import { conflictsOf, keysOf, withKey, withOwnKeys } from './key-map.ts';

const accept = commandWith('timeline.accept');
const split = commandWith('timeline.split');

test('a command that is given the key of another has it alone, and gets its own again', () => {
  expect(conflictsOf(commands, {}, accept.id, 's').map(({ id }) => id)).toEqual([split.id]);
  const changed = withKey(commands, {}, accept, 's');
  expect(keysOf(changed, accept)).toEqual(['s']);
  expect(keysOf(changed, split)).toEqual([]);
  expect(conflictsOf(commands, changed, accept.id, 's')).toEqual([]);
  expect(keysOf(withOwnKeys(changed, split.id), split)).toEqual(['s']);
  expect(keysOf(withKey(commands, {}, accept, null), accept)).toEqual([]);
});

test('what a key carries out follows the map that a person made, and the old key means nothing more', () => {
  const { app } = scriptedWindow({});
  const { settings } = app.library.getState();
  expect(commandOf(app, 'a', false)?.id).toBe(accept.id);
  const keys = withKey(commands, settings.keys, accept, 'x');
  app.library.dispatch({
    type: 'events',
    events: [{ type: 'settingsChanged', settings: { ...settings, keys } }],
  });
  expect(commandOf(app, 'x', false)?.id).toBe(accept.id);
  expect(commandOf(app, 'a', false)).toBeUndefined();
});

test('a letter given to a command that also works while one writes still writes, where text is written', () => {
  const { app } = scriptedWindow({});
  const { settings } = app.library.getState();
  const left = commandWith('window.toggleLeft');
  const give = (chord: string) =>
    app.library.dispatch({
      type: 'events',
      events: [
        { type: 'settingsChanged', settings: { ...settings, keys: withKey(commands, {}, left, chord) } },
      ],
    });
  expect(commandOf(app, 'Mod+b', true)?.id).toBe(left.id);
  give('x');
  expect(commandOf(app, 'x', false)?.id).toBe(left.id);
  expect(commandOf(app, 'x', true)).toBeUndefined();
  give('F9');
  expect(commandOf(app, 'F9', true)?.id).toBe(left.id);
});

test('beside what does the same the key is shown that a person gave the command, or none', () => {
  expect(shownKeys({}, 'window.keys', 'linux')).toBe('?');
  expect(shownKeys({}, split.id, 'linux')).toBe('S');
  expect(shownKeys(withKey(commands, {}, split, 'Mod+j'), split.id, 'darwin')).toBe('⌘ J');
  expect(shownKeys(withKey(commands, {}, split, null), split.id, 'linux')).toBeUndefined();
});

function commandWith(id: string) {
  const found = commands.find((command) => command.id === id);
  if (found === undefined) throw new Error(`There is no command ${id}.`);
  return found;
}
