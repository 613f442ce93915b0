import { readTable } from '../../../annotation-forms/table/read-table.ts';
import { decodeText, suppositions } from '../../../text-files/decode-text.ts';
import type { AnnotationFolder, AnnotationPiece } from './annotation-files.ts';
import { readFileBytes } from './annotation-files.ts';

/** How columns of a table are known. */
export interface TableRules {
  /** What a column's header means; undefined for one that means nothing. */
  readonly nameOf: (header: string) => string | undefined;
  /** Told what had to be supposed of the file as a whole, and what of it was not read. */
  readonly assume: (what: string) => void;
}

const asWritten: TableRules = { nameOf: (header) => header.trim() || undefined, assume: () => undefined };

/**
 * The rows of a table as objects of texts, empty cells left out: one mark between cells for the whole file, in whatever encoding.
 * A row that cannot be read whole is named and left out.
 *
 * @param rules default: every column under the name in its header
 * @throws EngineError as `readFileBytes`
 */
export async function* readTableRows(
  folder: AnnotationFolder,
  file: string,
  { nameOf, assume }: TableRules = asWritten,
): AsyncGenerator<AnnotationPiece> {
  const decoded = decodeText(await readFileBytes(folder, file));
  for (const supposed of suppositions(decoded)) assume(supposed);
  const table = readTable(decoded.text, (cells) => cells.filter((cell) => nameOf(cell) !== undefined).length);
  if (table === undefined) {
    yield { place: { file }, fault: 'It has no row that names its columns: video, query or question, …' };
    return;
  }
  const names = table.header.cells.map((cell) => nameOf(cell) ?? cell.trim());
  const unknown = table.header.cells.filter((cell) => cell.trim() !== '' && nameOf(cell) === undefined);
  if (unknown.length > 0) assume(`columns that mean nothing here were not read: ${quoted(unknown)}`);
  const above = table.before
    .map(({ cells }) => cells.join(table.delimiter))
    .filter((row) => row.trim() !== '');
  if (above.length > 0) assume(`what stands over the header was not read: ${quoted(above)}`);
  for (const { line, cells, fault } of table.rows) {
    const place = { file, position: line };
    if (fault !== undefined) {
      yield { place, fault };
      continue;
    }
    if (cells.slice(names.length).some((cell) => cell.trim() !== '')) {
      yield { place, fault: `The row has ${cells.length} cells, the header ${names.length}` };
      continue;
    }
    const present = names
      .map((name, index) => [name, cells[index] ?? ''] as const)
      .filter(([, cell]) => cell.trim() !== '');
    yield { place, value: Object.fromEntries<string | undefined>(present) };
  }
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => `“${text.trim()}”`).join(', ');
}
