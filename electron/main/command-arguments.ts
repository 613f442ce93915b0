import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * True for arguments that are a command line (`videomind ask …`, `--help`), and not files to be opened in a window: the
 * first one is a plain word, and no file here has that name. Known before anything of the command line is loaded.
 */
export function isCommandLine([first = '']: readonly string[], workingFolder: string): boolean {
  if (/^(-h|--help|-V|--version)$/.test(first)) return true;
  return /^[a-z]+(-[a-z]+)*$/.test(first) && !existsSync(path.join(workingFolder, first));
}
