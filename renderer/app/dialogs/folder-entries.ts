import type { FolderEntry } from '../../../electron/host/contract/library.ts';
import type { ChooseFiles } from '../../../electron/host/contract/shell-bridge.ts';
import { kindOfFile } from '../actions/dropped-files.ts';

/** What of a folder is shown when something of a kind is looked for: folders, and files of that kind. */
export function entriesToShow(
  entries: readonly FolderEntry[],
  kind: ChooseFiles['kind'],
): readonly FolderEntry[] {
  return entries.filter(({ kind: entryKind, name }) => {
    if (entryKind === 'folder') return true;
    if (kind === 'folder') return false;
    if (kind === 'project') return /\.(videomind|json)$/i.test(name);
    if (kind === 'prompts') return /\.(json|py)$/i.test(name);
    return kindOfFile(name) === kind;
  });
}

/** True for a path that names one place by itself, on any system. */
export function isAbsolutePath(path: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
}
