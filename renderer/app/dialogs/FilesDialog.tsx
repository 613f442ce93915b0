import { CornerLeftUp, File, Folder } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { FolderEntry } from '../../../electron/host/contract/library.ts';
import type { HostResult } from '../../../electron/host/contract/methods.ts';
import type { ChooseFiles } from '../../../electron/host/contract/shell-bridge.ts';
import { toEngineError } from '../../../native-models/protocol/errors.ts';
import type { EngineError } from '../../../native-models/protocol/errors.ts';
import { Button } from '../../ui/Button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { TextInput } from '../../ui/Field.tsx';
import { formatBytes } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { lastFolder, rememberFolder } from '../last-folder.ts';
import { appTexts } from '../texts.ts';
import { useApp } from '../use-app.ts';
import { entriesToShow, isAbsolutePath } from './folder-entries.ts';
import styles from './FilesDialog.module.css';

const texts = appTexts.files;

export interface FilesDialogProps {
  readonly options: ChooseFiles;
  /** Empty: it was closed. */
  readonly onChosen: (paths: readonly string[]) => void;
}

/** Our own file dialog, for shells without a native one: files on the host's machine. */
export function FilesDialog({ options, onChosen }: FilesDialogProps) {
  const app = useApp();
  const [begin] = useState(lastFolder);
  const [wanted, setWanted] = useState(begin);
  const [folder, setFolder] = useState<HostResult<'foldersList'>>();
  const [error, setError] = useState<EngineError>();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const wantsFolder = options.kind === 'folder';

  useEffect(() => {
    let current = true;
    const list = (path: string | undefined) => app.call('foldersList', path === undefined ? {} : { path });
    list(wanted)
      // A remembered folder may be gone; the host knows where to begin.
      .catch((thrown: unknown) =>
        wanted === begin ? list(undefined) : Promise.reject(toEngineError(thrown)),
      )
      .then(
        (listed) => {
          if (!current) return;
          setFolder(listed);
          setTyped(listed.path);
          setError(undefined);
          setChosen([]);
          rememberFolder(listed.path);
        },
        (thrown: unknown) => {
          if (current) setError(toEngineError(thrown));
        },
      );
    return () => {
      current = false;
    };
  }, [app, wanted, begin]);

  const result = wantsFolder && chosen.length === 0 && folder !== undefined ? [folder.path] : chosen;
  const activate = (entry: FolderEntry): void => {
    if (entry.kind === 'folder') setWanted(entry.path);
    else onChosen([entry.path]);
  };
  const select = (entry: FolderEntry, add: boolean): void => {
    if (entry.kind === 'folder' && !wantsFolder) setWanted(entry.path);
    else if (!options.several || !add) setChosen([entry.path]);
    else if (chosen.includes(entry.path)) setChosen(chosen.filter((path) => path !== entry.path));
    else setChosen([...chosen, entry.path]);
  };
  const entries = entriesToShow(folder?.entries ?? [], options.kind);
  return (
    <Dialog
      title={options.title}
      description={texts.onHost}
      open
      wide
      onClose={() => onChosen([])}
      actions={
        <>
          {options.several && chosen.length > 1 && (
            <p className={styles.count}>{texts.chosen(chosen.length)}</p>
          )}
          <Button look="primary" disabled={result.length === 0} onClick={() => onChosen(result)}>
            {wantsFolder && chosen.length === 0 ? texts.chooseFolder : texts.choose}
          </Button>
        </>
      }
    >
      <form
        className={styles.path}
        onSubmit={(event) => {
          event.preventDefault();
          if (isAbsolutePath(typed)) setWanted(typed);
        }}
      >
        <IconButton
          label={texts.up}
          disabled={folder?.parentPath === undefined}
          icon={<CornerLeftUp size={15} aria-hidden="true" />}
          onClick={() => setWanted(folder?.parentPath)}
        />
        <TextInput
          aria-label={texts.path}
          value={typed}
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
      {error !== undefined && <ErrorNote message={error.message} remedy={error.remedy} />}
      <ul className={styles.list} aria-label={folder?.path ?? texts.path}>
        {entries.length === 0 && folder !== undefined && <li className={styles.empty}>{texts.empty}</li>}
        {entries.map((entry) => (
          <li key={entry.path}>
            <button
              type="button"
              className={classNames(styles.entry, chosen.includes(entry.path) && styles.chosen)}
              aria-pressed={chosen.includes(entry.path)}
              onClick={(event) => select(entry, event.ctrlKey || event.metaKey || event.shiftKey)}
              onDoubleClick={() => activate(entry)}
            >
              {entry.kind === 'folder' ? (
                <Folder size={15} aria-hidden="true" className={styles.folder} />
              ) : (
                <File size={15} aria-hidden="true" />
              )}
              <span className={styles.name}>{entry.name}</span>
              {entry.bytes !== undefined && <span className={styles.bytes}>{formatBytes(entry.bytes)}</span>}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
