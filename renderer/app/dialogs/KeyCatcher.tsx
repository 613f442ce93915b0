import type { KeyboardEvent } from 'react';
import { chordOf } from '../commands/keys.ts';
import { appTexts } from '../texts.ts';
import { useApp } from '../use-app.ts';
import styles from './KeysDialog.module.css';

export interface KeyCatcherProps {
  /** The chord that was pressed; null: none is wanted any more. */
  readonly onCaught: (chord: string | null) => void;
  readonly onLeft: () => void;
}

const modifiers = ['Shift', 'Control', 'Alt', 'Meta'];

/** Waits for the key that a command is to have. Tab and Escape leave it, Delete takes the key away. */
export function KeyCatcher({ onCaught, onLeft }: KeyCatcherProps) {
  const { bridge } = useApp();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (modifiers.includes(event.key) || event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    // The key that opened this is still held: it is not meant.
    if (event.repeat) return;
    if (event.key === 'Escape') onLeft();
    else if (event.key === 'Delete' || event.key === 'Backspace') onCaught(null);
    else {
      const chord = chordOf(event, bridge.platform);
      if (chord !== undefined) onCaught(chord);
    }
  };
  return (
    <button
      type="button"
      autoFocus
      className={styles.catcher}
      title={appTexts.pressKeyHelp}
      onKeyDown={onKeyDown}
      onBlur={onLeft}
    >
      {appTexts.pressKey}
    </button>
  );
}
