import type { Command } from './command.ts';
import { keysOf } from './key-map.ts';
import type { KeyMap } from './key-map.ts';

/** What is decided with one key, in Review and in the tables of the overview alike. */
export type Decision = 'accept' | 'reject' | 'reopen' | 'remove';

/** The state that a verdict gives. */
export const decidedStates = { accept: 'accepted', reject: 'rejected', reopen: 'open' } as const;

/** The commands whose keys these are. */
export const decisionCommands: Readonly<Record<Decision, string>> = {
  accept: 'timeline.accept',
  reject: 'timeline.reject',
  reopen: 'review.reopen',
  remove: 'timeline.remove',
};

/** The command of the label with a number, from 1. */
export function labelCommand(number: number): string {
  return `review.label${number}`;
}

/** What a chord decides by the keys as a person has them: a verdict, or a label, by its place among the project's. */
export function decisionOf(
  commands: readonly Command[],
  keyMap: KeyMap,
  chord: string,
): Decision | { readonly labelIndex: number } | undefined {
  const means = (id: string): boolean => {
    const command = commands.find((each) => each.id === id);
    return command !== undefined && keysOf(keyMap, command).includes(chord);
  };
  const decisions = Object.keys(decisionCommands) as Decision[];
  const decision = decisions.find((each) => means(decisionCommands[each]));
  if (decision !== undefined) return decision;
  const labelIndex = [1, 2, 3, 4, 5, 6, 7, 8].findIndex((number) => means(labelCommand(number)));
  return labelIndex === -1 ? undefined : { labelIndex };
}
