import { CornerLeftUp, File, Folder } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { FolderEntry } from '../../../electron/host/contract/library.ts';
import type { HostResult } from '../../../electron/host/contract/methods.ts';
import type { ChooseFiles } from '../../../electron/host/contract/shell-bridge.ts';
import { toEngineError } from '../../../native-models/protocol/errors.ts';
import type { EngineError } from '../../../native-models/protocol/errors.ts';
import { Button } from '../../ui/Button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { SearchInput, TextInput } from '../../ui/Field.tsx';
import { formatBytes } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { lastFolder, rememberFolder } from '../last-folder.ts';
import { appTexts } from '../texts.ts';
import { useApp } from '../use-app.ts';
import { entriesToShow, filesBetween, filesOf, isPlace } from './folder-entries.ts';
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
  const [search, setSearch] = useState('');
  /** Where a range begins. */
  const [anchor, setAnchor] = useState<string>();
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
          setChosen(listed.filePath === undefined ? [] : [listed.filePath]);
          setAnchor(listed.filePath);
          setSearch('');
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
  const entries = entriesToShow(folder?.entries ?? [], options.kind, search);
  const select = (entry: FolderEntry, how: 'alone' | 'add' | 'range'): void => {
    if (entry.kind === 'folder' && !wantsFolder) {
      setWanted(entry.path);
      return;
    }
    if (how === 'range' && options.several && anchor !== undefined) {
      setChosen(filesBetween(entries, anchor, entry.path));
      return;
    }
    setAnchor(entry.path);
    if (!options.several || how === 'alone') setChosen([entry.path]);
    else if (chosen.includes(entry.path)) setChosen(chosen.filter((path) => path !== entry.path));
    else setChosen([...chosen, entry.path]);
  };
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
      <div className={styles.places}>
        <form
          className={styles.path}
          onSubmit={(event) => {
            event.preventDefault();
            if (isPlace(typed)) setWanted(typed);
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
        {/* Not within the form: Enter submits a form without a button only where it has one field. */}
        <SearchInput className={styles.search} label={texts.search} words={search} onWords={setSearch} />
      </div>
      {error !== undefined && <ErrorNote message={error.message} remedy={error.remedy} />}
      <ul
        className={styles.list}
        aria-label={folder?.path ?? texts.path}
        onKeyDown={(event) => {
          if (event.key.startsWith('Arrow')) moveFocus(event);
          if (options.several && event.key === 'a' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            setChosen(filesOf(entries));
          }
        }}
      >
        {entries.length === 0 && folder !== undefined && <li className={styles.empty}>{texts.empty}</li>}
        {entries.map((entry) => (
          <li key={entry.path}>
            <button
              type="button"
              className={classNames(styles.entry, chosen.includes(entry.path) && styles.chosen)}
              aria-pressed={chosen.includes(entry.path)}
              onClick={(event) =>
                select(entry, event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'add' : 'alone')
              }
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

/** Up and down go to the neighbouring entry. */
function moveFocus(event: KeyboardEvent<HTMLUListElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  const next = step === 0 || at < 0 ? undefined : buttons[at + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
