import type { VideoMoments } from './export-content.ts';

/** Columns of the CSV export, which `readAnnotations` reads back. */
export const tableColumns = [
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
] as const;

/** Comma-separated values (RFC 4180) with a header; one line per moment, times in seconds. */
export function writeCsv(videos: readonly VideoMoments[]): string {
  const rows = videos.flatMap(({ video, moments }) =>
    moments.map((moment) =>
      tableColumns.map((column) => cell(column === 'video' ? video.name : moment[column])).join(','),
    ),
  );
  return [tableColumns.join(','), ...rows, ''].join('\r\n');
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  return `"${guarded(value).replaceAll('"', '""')}"`;
}

/** What a spreadsheet would run as a formula is shown as the text that it is; an apostrophe says so, as one types it. */
function guarded(text: string): string {
  return /^'*[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
}

/** Takes away what `guarded` added. */
export function unguarded(text: string): string {
  return /^'+[=+\-@\t\r]/u.test(text) ? text.slice(1) : text;
}
