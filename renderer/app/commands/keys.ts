/** What of a key press tells which command is meant. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * A key press as the command table writes it: `Mod+` (Ctrl, on a Mac Command), `Alt+`, `Shift+`, then the key; letters
 * in lower case. Undefined for keys held with the other modifier, which belong to the system.
 */
export function chordOf(press: KeyPress, platform: string): string | undefined {
  const mac = platform === 'darwin';
  if (mac ? press.ctrlKey : press.metaKey) return undefined;
  const mod = mac ? press.metaKey : press.ctrlKey;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  return `${mod ? 'Mod+' : ''}${press.altKey ? 'Alt+' : ''}${press.shiftKey ? 'Shift+' : ''}${key}`;
}

const names: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
};
const macNames: Readonly<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧', Enter: '↩' };

/** A chord as it is shown, its keys parted by blanks: `Ctrl K`, on a Mac `⌘ K`. */
export function showChord(chord: string, platform: string): string {
  const parts = chord === '+' ? ['+'] : chord.split(/\+(?=.)/);
  return parts
    .map((part) => {
      if (platform === 'darwin' && macNames[part] !== undefined) return macNames[part];
      if (part === 'Mod') return 'Ctrl';
      return names[part] ?? (part.length === 1 ? part.toUpperCase() : part);
    })
    .join(' ');
}

/** Keys with names that change a text or move in it. */
const editingKeys: ReadonlySet<string> = new Set([
  ...['Enter', 'Tab', 'Backspace', 'Delete', 'Insert', 'Dead', 'Process', 'Unidentified'],
  ...['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'],
]);

/** Whether a chord is needed where text is written: it writes something there, or moves in it. */
export function isUsedByWriting(chord: string): boolean {
  if (/^(Mod|Alt)\+./.test(chord)) return false;
  const key = chord.replace(/^Shift\+(?=.)/, '');
  return key.length === 1 || editingKeys.has(key);
}

/** True where keys write text, so that single keys are no commands. */
export function writesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)
  );
}

/** Keys that a control under the focus uses itself, so that they are no commands there. */
export function isUsedByControl(target: EventTarget | null, chord: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const used = usedKeys.find(({ selector }) => target.closest(selector) !== null);
  return used?.chords.includes(chord) ?? false;
}

const usedKeys: readonly { readonly selector: string; readonly chords: readonly string[] }[] = [
  {
    selector: 'input[type="range"], [role="slider"], [role="separator"]',
    chords: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'],
  },
  {
    // Letters choose nothing in the lists that we have, so they stay commands.
    selector: 'select',
    chords: [
      'ArrowLeft',
      'ArrowRight',
      'ArrowUp',
      'ArrowDown',
      'Home',
      'End',
      'PageUp',
      'PageDown',
      ' ',
      'Enter',
    ],
  },
  { selector: '[role="tab"]', chords: ['ArrowLeft', 'ArrowRight', 'Home', 'End', ' ', 'Enter'] },
  { selector: 'button, a[href], summary, input[type="checkbox"]', chords: [' ', 'Enter'] },
];
