import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';

/** Names that Windows keeps for devices, whatever their extension. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** What a file of a checkpoint is ever called; control characters, separators and colons are not among it. */
const plainName = /^[\p{L}\p{N}_][\p{L}\p{N}_.+=@ -]{0,199}$/u;

/**
 * Where a file that a repository names is put: always below `folder`, whatever the name says.
 * @throws EngineError DOWNLOAD_FAILED for names that no checkpoint needs: `..`, absolute ones, devices, control characters.
 */
export function placeInFolder(folder: string, namedPath: string): string {
  const parts = namedPath.split('/');
  const isPlain = (part: string) =>
    plainName.test(part) && !deviceName.test(part) && !part.endsWith('.') && !part.endsWith(' ');
  const place = path.resolve(folder, ...parts);
  if (parts.length > 8 || !parts.every(isPlain) || !place.startsWith(path.resolve(folder) + path.sep)) {
    throw new EngineError(
      'DOWNLOAD_FAILED',
      `The repository names a file ${JSON.stringify(namedPath.slice(0, 200))}, which is not stored.`,
      { remedy: 'Do not use this repository: no checkpoint has such a file.' },
    );
  }
  return place;
}
