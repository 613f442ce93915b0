import type { AnnotationFolder, AnnotationPiece } from '../reading/annotation-files.ts';
import { secondsOf } from '../reading/seconds.ts';
import { readTableRows } from '../reading/table-rows.ts';

/** Columns of one's own annotations, under the names that people give them. */
const columnNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['video', 'id', 'query', 'question', 'options', 'answer', 'spans', 'start', 'end', 'duration'].map(
      (name) => [name, name],
    ),
  ),
  ...{ category: 'category', subtitles: 'subtitles' },
  ...{ startsec: 'start', endsec: 'end', durationsec: 'duration', text: 'query', file: 'video' },
};

/**
 * One's own annotations as a table, read as the window reads tables: one mark between cells for the whole file, in whatever
 * encoding, decimal commas, clock times. Empty cells are left out; `options` is split at `|`; moments are `start`, `end` or
 * `spans` as `1-4;9-12.5`. A row that cannot be read whole is named and left out.
 *
 * @param assume is told what had to be supposed of the file as a whole, and what of it was not read
 * @throws EngineError as `readFileBytes`
 */
export async function* readOwnTable(
  folder: AnnotationFolder,
  file: string,
  assume: (what: string) => void,
): AsyncGenerator<AnnotationPiece> {
  for await (const piece of readTableRows(folder, file, { nameOf, assume })) {
    if ('fault' in piece) {
      yield piece;
      continue;
    }
    const { place, value } = piece;
    const read = valueOf(value as Readonly<Record<string, string | undefined>>);
    yield typeof read === 'string' ? { place, fault: read } : { place, value: read };
  }
}

function nameOf(cell: string): string | undefined {
  return columnNames[cell.trim().toLowerCase().replaceAll(/[ _-]/gu, '')];
}

/** A row as a line of JSON would hold it, or why it cannot be. */
function valueOf(
  row: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, unknown>> | string {
  const { options, spans, start, end, duration, ...rest } = row;
  const moments =
    start !== undefined || end !== undefined
      ? [[start ?? '', end ?? ''] as const]
      : spans?.split(';').map((span) => splitSpan(span));
  const read: (readonly [number, number])[] = [];
  for (const [from, to] of moments ?? []) {
    const bounds = [secondsOf(from), secondsOf(to)] as const;
    const [startSec, endSec] = bounds;
    if (startSec === undefined) return `"${from}" is no time`;
    if (endSec === undefined) return `"${to}" is no time`;
    read.push([startSec, endSec]);
  }
  const durationSec = duration === undefined ? undefined : secondsOf(duration);
  if (duration !== undefined && durationSec === undefined) return `"${duration}" is no length in seconds`;
  return {
    ...rest,
    ...(options !== undefined && { options: options.split('|').map((option) => option.trim()) }),
    ...(read.length > 0 && { spans: read }),
    ...(durationSec !== undefined && { duration: durationSec }),
  };
}

/** `1-4`: a dash within the text, since one at its beginning is a sign. */
function splitSpan(span: string): readonly [string, string] {
  const written = span.trim();
  const dash = written.indexOf('-', 1);
  return dash < 0 ? [written, ''] : [written.slice(0, dash), written.slice(dash + 1)];
}
