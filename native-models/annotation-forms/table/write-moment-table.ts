import type { VideoMoments } from '../written-moment.ts';
import { guarded } from './spreadsheet-guard.ts';

/** Columns of the CSV export, which `readMomentTable` reads back. */
const tableColumns = [
  'video',
  'startSec',
  'endSec',
  'text',
  'label',
  'note',
  'provenance',
  'state',
  'confidence',
  'verifierScore',
  'answer',
  'source',
  'track',
  'question',
  'model',
  'run',
] as const;

/** Without it Excel takes the file for one of the system's old encodings. */
const byteOrderMark = '\ufeff';

/** Comma-separated values (RFC 4180) with a header, in UTF-8 with a byte order mark; one line per moment, in seconds. */
export function writeMomentTable(videos: readonly VideoMoments[]): string {
  const rows = videos.flatMap(({ video, moments }) =>
    moments.map((moment) =>
      tableColumns.map((column) => cell(column === 'video' ? video.name : moment[column])).join(','),
    ),
  );
  return byteOrderMark + [tableColumns.join(','), ...rows, ''].join('\r\n');
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  return `"${guarded(value).replaceAll('"', '""')}"`;
}
