import { expect, test } from 'vitest';
import { commands } from './command-table.ts';
import { decisionOf } from './decision-keys.ts';
import { withKey } from './key-map.ts';

test('verdicts and labels have the keys that a person gave to their commands', () => {
  expect(decisionOf(commands, {}, 'a')).toBe('accept');
  expect(decisionOf(commands, {}, 'Delete')).toBe('remove');
  expect(decisionOf(commands, {}, '3')).toEqual({ labelIndex: 2 });
  expect(decisionOf(commands, {}, 'q')).toBeUndefined();
  const accept = commands.find(({ id }) => id === 'timeline.accept');
  const changed = accept === undefined ? {} : withKey(commands, {}, accept, 'Mod+Enter');
  expect(decisionOf(commands, changed, 'Mod+Enter')).toBe('accept');
  expect(decisionOf(commands, changed, 'a')).toBeUndefined();
});
