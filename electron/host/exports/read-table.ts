import { parse } from 'csv-parse/sync';
import type { MomentCollector } from './imported-moment.ts';
import { unguarded } from './write-table.ts';

/** Names under which others have our columns, in lower case without separators. */
const columnNames: Readonly<Record<string, string>> = {
  video: 'video',
  videoname: 'video',
  videoid: 'video',
  vid: 'video',
  file: 'video',
  startsec: 'startSec',
  start: 'startSec',
  starttime: 'startSec',
  begin: 'startSec',
  endsec: 'endSec',
  end: 'endSec',
  endtime: 'endSec',
  text: 'text',
  query: 'text',
  sentence: 'text',
  caption: 'text',
  description: 'text',
  label: 'label',
  class: 'label',
  category: 'label',
  note: 'note',
  notes: 'note',
  comment: 'note',
  state: 'state',
  provenance: 'provenance',
};

/** Comma-, semicolon- or tab-separated values with a header. */
export function collectTable(text: string, collector: MomentCollector): void {
  const [header, ...rows]: string[][] = parse(text, {
    delimiter: [',', ';', '\t'],
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const names = header?.map((cell) => columnNames[cell.toLowerCase().replaceAll(/[^a-z]/gu, '')]);
  for (const [index, row] of rows.entries()) {
    const fields = row.flatMap((cell, column) => {
      const name = names?.[column];
      return name === undefined || cell === '' ? [] : [[name, value(name, cell)] as const];
    });
    collector.add(`row ${index + 2}`, Object.fromEntries(fields));
  }
}

function value(name: string, cell: string): unknown {
  if (name !== 'startSec' && name !== 'endSec') return unguarded(cell);
  return clockSeconds(cell);
}

/** `12.5`, `1:02.5` or `01:02:03.5`; other text as it is, which no moment has for a time. */
function clockSeconds(cell: string): unknown {
  const parts = cell.trim().replace(',', '.').split(':');
  if (parts.length > 3 || !parts.every((part) => /^\d+(?:\.\d*)?$/u.test(part))) return cell;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}
