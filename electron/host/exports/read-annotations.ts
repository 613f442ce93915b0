import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { ReadAnnotations } from './imported-moment.ts';
import { MomentCollector, unreadable } from './imported-moment.ts';
import { collectElan } from './read-elan.ts';
import { collectJson } from './read-json-annotations.ts';
import { collectJsonLines } from './read-json-lines.ts';
import { collectTable } from './read-table.ts';

/** Largest file that is read, in characters: far above a person's work, far below what would exhaust memory. */
const maxCharacters = 64 * 1024 * 1024;

/**
 * Reads annotations of any form that we know: our own exports (JSON, CSV), ActivityNet, Label Studio, QVHighlights and
 * plain JSON lines, ELAN. What does not fit is left out and counted.
 * @param fileName tells the form by its extension; without a known one the text itself does.
 * @throws EngineError ANNOTATIONS_INVALID when nothing can be read.
 */
export function readAnnotations(text: string, fileName: string): ReadAnnotations {
  if (text.length > maxCharacters) throw unreadable(fileName, 'it is larger than 64 MiB');
  const collector = new MomentCollector();
  const content = text.replace(/^\uFEFF/u, '');
  try {
    reader(content, fileName)(content, collector);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw unreadable(fileName, error instanceof Error ? error.message : String(error));
  }
  return collector.finish(fileName);
}

type Reader = (text: string, collector: MomentCollector) => void;

const readers: Readonly<Record<string, Reader>> = {
  csv: collectTable,
  tsv: collectTable,
  jsonl: collectJsonLines,
  ndjson: collectJsonLines,
  eaf: collectElan,
};

function reader(text: string, fileName: string): Reader {
  const extension = /\.([^.]*)$/u.exec(fileName)?.[1]?.toLowerCase() ?? '';
  const known = Object.hasOwn(readers, extension) ? readers[extension] : undefined;
  if (known !== undefined) return known;
  const start = text.trimStart().charAt(0);
  if (start === '<') return collectElan;
  if (start !== '{' && start !== '[') return collectTable;
  return isJson(text) ? collectJson : collectJsonLines;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
