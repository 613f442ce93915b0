import { Dialog as Base } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { Keys } from '../../ui/Keys.tsx';
import { showChord } from '../commands/keys.ts';
import { appTexts } from '../texts.ts';
import { useApp } from '../use-app.ts';
import { matching, paletteEntries } from './palette-entries.ts';
import type { PaletteEntry } from './palette-entries.ts';
import styles from './CommandPalette.module.css';

/** Everything that can be done or gone to, by its name. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const [all] = useState(() => paletteEntries(app));
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const list = useRef<HTMLUListElement>(null);
  const entries = matching(all, words);
  const take = (entry: PaletteEntry | undefined): void => {
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <Base.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup className={styles.popup} aria-label={appTexts.palette}>
          <div className={styles.search}>
            <Search size={16} aria-hidden="true" />
            <input
              type="text"
              role="combobox"
              aria-expanded="true"
              aria-controls={listId}
              aria-activedescendant={entries[at] === undefined ? undefined : `${listId}-${at}`}
              aria-label={appTexts.paletteHint}
              placeholder={appTexts.paletteHint}
              autoComplete="off"
              autoFocus
              value={words}
              onChange={(event) => {
                setWords(event.target.value);
                setAt(0);
              }}
              onKeyDown={(event) => {
                if (event.key === 'ArrowDown') setAt(Math.min(entries.length - 1, at + 1));
                else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
                else if (event.key === 'Enter') take(entries[at]);
                else return;
                event.preventDefault();
              }}
            />
          </div>
          <ul id={listId} ref={list} role="listbox" aria-label={appTexts.palette} className={styles.list}>
            {entries.map((entry, index) => (
              <li
                key={entry.id}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={index === at}
                className={classNames(styles.entry, index === at && styles.current)}
                onPointerMove={() => setAt(index)}
                onClick={() => take(entry)}
              >
                <span className={styles.group}>{entry.group}</span>
                <span className={styles.title}>{entry.title}</span>
                {entry.chord !== undefined && <Keys keys={showChord(entry.chord, app.bridge.platform)} />}
              </li>
            ))}
            {entries.length === 0 && <li className={styles.none}>{appTexts.paletteEmpty}</li>}
          </ul>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
