import { useEffect, useState } from 'react';
import type { Conflict } from '../../../electron/host/contract/project-files.ts';
import { openProject } from '../../app/library/selectors.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { fieldWords, nameOfItem, ourItem } from './conflict-words.ts';
import { projectFileTexts as texts } from './texts.ts';
import styles from './ProjectFiles.module.css';

/** Where files of others say something else than the project: both sides, to be chosen from. */
export function ConflictsDialog({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const project = useLibrary(openProject);
  const [conflicts, setConflicts] = useState<readonly Conflict[]>();
  const projectId = project?.id;
  const count = project?.counts.conflicts;

  useEffect(() => {
    let current = true;
    if (projectId === undefined) return;
    void app.attempt(app.call('conflictsList', { projectId })).then((listed) => {
      if (current && listed !== undefined) setConflicts(listed.conflicts);
    });
    return () => {
      current = false;
    };
    // The count changes with each choice, in whatever window.
  }, [app, projectId, count]);

  const resolve = async (id: string, choice: 'ours' | 'theirs'): Promise<void> => {
    if (projectId === undefined) return;
    await app.edits.whenSent();
    await app.attempt(app.call('conflictsResolve', { projectId, id, choice, windowId: app.windowId }));
  };

  return (
    <Dialog title={texts.conflictsTitle} open wide onClose={onClose}>
      {conflicts?.length === 0 && <p className={styles.lead}>{texts.noConflicts}</p>}
      <ul className={styles.list} aria-label={texts.conflictsTitle}>
        {conflicts?.map((conflict) => (
          <ConflictRow
            key={conflict.id}
            conflict={conflict}
            onChoice={(choice) => void resolve(conflict.id, choice)}
          />
        ))}
      </ul>
    </Dialog>
  );
}

interface ConflictRowProps {
  readonly conflict: Conflict;
  readonly onChoice: (choice: 'ours' | 'theirs') => void;
}

function ConflictRow({ conflict, onChoice }: ConflictRowProps) {
  const state = useLibrary((library) => library);
  const project = openProject(state);
  if (project === undefined) return null;
  const ours = ourItem(conflict, state, project);
  const theirs = conflict.theirs;
  const name = nameOfItem(ours ?? theirs, state);
  return (
    <li className={styles.conflict}>
      <p className={styles.item}>{name}</p>
      <div className={styles.table}>
        <table>
          <thead>
            <tr>
              <td />
              <th scope="col">{texts.ours}</th>
              <th scope="col">{texts.theirs(conflict.source)}</th>
            </tr>
          </thead>
          <tbody>
            {conflict.fields.map((field) => (
              <tr key={field}>
                <th scope="row">{texts.fields[field] ?? field}</th>
                <td>{field === 'removed' ? nameOfItem(ours, state) : fieldWords(field, ours, project)}</td>
                <td>
                  {field === 'removed' ? nameOfItem(theirs, state) : fieldWords(field, theirs, project)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className={styles.choices}>
        <Button aria-label={`${texts.keep}: ${name}`} onClick={() => onChoice('ours')}>
          {texts.keep}
        </Button>
        <Button aria-label={`${texts.takeTheirs}: ${name}`} onClick={() => onChoice('theirs')}>
          {texts.takeTheirs}
        </Button>
      </div>
    </li>
  );
}
