import { useEffect } from 'react';
import type { Application } from './application.ts';
import { chordOf, isUsedByControl, writesText } from './commands/keys.ts';
import { commandOf } from './commands/command-table.ts';

/** Carries out commands by their keys, wherever the focus is, unless what has it uses the key itself. */
export function useShortcuts(app: Application): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || app.workspace.getState().dialog !== null) return;
      const chord = chordOf(event, app.bridge.platform);
      if (chord === undefined || isUsedByControl(event.target, chord)) return;
      if (event.target instanceof Element && event.target.closest('[role="menu"], [role="listbox"]')) return;
      const command = commandOf(app, chord, writesText(event.target));
      if (command === undefined) return;
      event.preventDefault();
      command.run(app);
    };
    // A button that was pressed with the pointer lets go of the keys, so that Space plays again.
    const onClick = (event: MouseEvent): void => {
      const { activeElement } = document;
      if (event.detail === 0 || !(activeElement instanceof HTMLButtonElement)) return;
      if (activeElement.closest('[role="dialog"], [aria-haspopup], [role="tab"]') === null)
        activeElement.blur();
    };
    window.addEventListener('keydown', onKeyDown);
    window.addEventListener('click', onClick);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      window.removeEventListener('click', onClick);
    };
  }, [app]);
}
