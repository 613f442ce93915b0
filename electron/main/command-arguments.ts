import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The command line among the program's arguments (`ask …` of `videomind ask …`, `--help`); undefined where they name files to
 * be opened in a window, or nothing. A command is a plain word that no file here has as its name; switches before it
 * (`--no-sandbox`) are Chromium's. Known before anything of the command line is loaded.
 */
export function commandLineIn(args: readonly string[], workingFolder: string): readonly string[] | undefined {
  const start = args.findIndex((each) => !each.startsWith('--') || /^--(help|version)$/.test(each));
  const [first = ''] = args.slice(start);
  const isCommand =
    /^(-h|--help|-V|--version)$/.test(first) ||
    (/^[a-z]+(-[a-z]+)*$/.test(first) && !existsSync(path.join(workingFolder, first)));
  return isCommand ? args.slice(start) : undefined;
}
