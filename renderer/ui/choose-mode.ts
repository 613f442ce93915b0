/** How one of several is chosen: alone, all up to it from where one began, or to the others. */
export type ChooseMode = 'alone' | 'range' | 'toggle';

/** What a click means, by the keys that are held: Shift a range, Ctrl or ⌘ one more or less. */
export function chooseMode(event: {
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}): ChooseMode {
  if (event.shiftKey) return 'range';
  return event.ctrlKey || event.metaKey ? 'toggle' : 'alone';
}
