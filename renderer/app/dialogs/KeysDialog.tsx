import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Keys } from '../../ui/Keys.tsx';
import { changeSettings } from '../actions/project-actions.ts';
import { commands } from '../commands/command-table.ts';
import type { Command } from '../commands/command.ts';
import { conflictsOf, keysOf, withKey, withOwnKeys } from '../commands/key-map.ts';
import { showChord } from '../commands/keys.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary } from '../use-app.ts';
import { KeyCatcher } from './KeyCatcher.tsx';
import styles from './KeysDialog.module.css';

/** A key that another command has already. */
interface Conflict {
  readonly command: Command;
  readonly chord: string;
}

/** The keyboard map: every command with its key, by group; each can be given another one, which is kept. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const keyMap = useLibrary((state) => state.settings.keys);
  const [caughtFor, setCaughtFor] = useState<string>();
  const [conflict, setConflict] = useState<Conflict>();
  // Whose button gets the focus back.
  const [doneFor, setDoneFor] = useState<string>();
  const groups = Map.groupBy(commands, ({ group }) => group);
  const give = (command: Command, chord: string | null): void => {
    setConflict(undefined);
    setCaughtFor(undefined);
    void changeSettings(app, { keys: withKey(commands, keyMap, command, chord) });
  };
  const take = (command: Command, chord: string | null): void => {
    const taken = chord !== null && conflictsOf(commands, keyMap, command.id, chord).length > 0;
    if (!taken) give(command, chord);
    else {
      setCaughtFor(undefined);
      setConflict({ command, chord });
    }
  };
  const shown = (chord: string): string => showChord(chord, app.bridge.platform);
  return (
    <Dialog
      title={appTexts.keys}
      description={appTexts.keysText}
      open
      wide
      reading
      onClose={onClose}
      actions={
        Object.keys(keyMap).length === 0 ? undefined : (
          <Button onClick={() => void changeSettings(app, { keys: {} })}>{appTexts.allOwnKeys}</Button>
        )
      }
    >
      <div className={styles.groups}>
        {[...groups].map(([group, members]) => (
          <section key={group} className={styles.group}>
            <h3 className={styles.title}>{group}</h3>
            <ul className={styles.list}>
              {members.map((command) => {
                const [chord] = keysOf(keyMap, command);
                const keys = chord === undefined ? appTexts.noKey : shown(chord);
                return (
                  <li key={command.id}>
                    <div className={styles.line}>
                      <span className={styles.name}>{command.title}</span>
                      {keyMap[command.id] !== undefined && (
                        <IconButton
                          label={appTexts.ownKeys(command.title)}
                          icon={<RotateCcw size={13} aria-hidden="true" />}
                          onClick={() => void changeSettings(app, { keys: withOwnKeys(keyMap, command.id) })}
                        />
                      )}
                      {caughtFor === command.id ? (
                        <KeyCatcher
                          onCaught={(caught) => take(command, caught)}
                          onLeft={() => setCaughtFor(undefined)}
                        />
                      ) : (
                        <button
                          // Another one once a conflict is over: only a new one takes the focus.
                          key={String(conflict?.command === command)}
                          type="button"
                          className={styles.key}
                          aria-label={appTexts.keyOf(command.title, keys)}
                          autoFocus={command.id === doneFor && conflict === undefined}
                          onClick={() => {
                            setCaughtFor(command.id);
                            setDoneFor(command.id);
                          }}
                        >
                          {chord === undefined ? (
                            <span className={styles.none}>–</span>
                          ) : (
                            <Keys keys={keys} />
                          )}
                        </button>
                      )}
                    </div>
                    {conflict?.command === command && (
                      <div className={styles.conflict} role="alert">
                        {appTexts.keyTaken(shown(conflict.chord), namesOf(conflict, keyMap))}
                        <Button small look="primary" autoFocus onClick={() => give(command, conflict.chord)}>
                          {appTexts.takeKey}
                        </Button>
                        <Button small onClick={() => setConflict(undefined)}>
                          {appTexts.leaveKey}
                        </Button>
                      </div>
                    )}
                  </li>
                );
              })}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function namesOf({ command, chord }: Conflict, keyMap: Parameters<typeof keysOf>[0]): string {
  return conflictsOf(commands, keyMap, command.id, chord)
    .map(({ title }) => `“${title}”`)
    .join(', ');
}
