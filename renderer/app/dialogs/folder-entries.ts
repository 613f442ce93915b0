import type { FolderEntry } from '../../../electron/host/contract/library.ts';
import type { ChooseFiles } from '../../../electron/host/contract/shell-bridge.ts';
import { kindOfFile } from '../actions/dropped-files.ts';

/** What of a folder is shown when something of a kind is looked for: folders, and files of that kind. */
export function entriesToShow(
  entries: readonly FolderEntry[],
  kind: ChooseFiles['kind'],
  /** What a part of their names has to be. */
  search = '',
): readonly FolderEntry[] {
  const wanted = search.trim().toLowerCase();
  return entries.filter(({ kind: entryKind, name }) => {
    if (!name.toLowerCase().includes(wanted)) return false;
    if (entryKind === 'folder') return true;
    if (kind === 'folder') return false;
    if (kind === 'project') return /\.(videomind|json)$/i.test(name);
    if (kind === 'prompts') return /\.(json|py)$/i.test(name);
    return kindOfFile(name) === kind;
  });
}

/** Files from one entry to another, whichever comes first; folders between them are left out. */
export function filesBetween(entries: readonly FolderEntry[], from: string, to: string): readonly string[] {
  const places = [from, to].map((wanted) => entries.findIndex(({ path }) => path === wanted));
  const [first, last] = [Math.min(...places), Math.max(...places)];
  return filesOf(entries.slice(Math.max(first, 0), last + 1));
}

/** The paths of files. */
export function filesOf(entries: readonly FolderEntry[]): readonly string[] {
  return entries.filter(({ kind }) => kind === 'file').map(({ path }) => path);
}

/** True for a path that the host can go to: whole, on any system, or from the home folder. */
export function isPlace(path: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\|~($|[\\/]))/.test(path);
}
