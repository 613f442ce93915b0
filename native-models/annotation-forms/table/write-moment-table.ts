import type { VideoMoments } from '../written-moment.ts';
import { writeRows } from './write-rows.ts';

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

/** Comma-separated values, one line per moment, in seconds; behind the rest a column for each attribute of labels. */
export function writeMomentTable(videos: readonly VideoMoments[]): string {
  const attributes = [
    ...new Set(
      videos.flatMap(({ moments }) => moments.flatMap((moment) => Object.keys(moment.attributes ?? {}))),
    ),
  ];
  const rows = videos.flatMap(({ video, moments }) =>
    moments.map((moment) => [
      ...tableColumns.map((column) => (column === 'video' ? video.name : moment[column])),
      ...attributes.map((name) => moment.attributes?.[name]),
    ]),
  );
  return writeRows([...tableColumns, ...attributes.map((name) => `attribute: ${name}`)], rows);
}
