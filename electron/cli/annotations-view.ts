import type { ReadAnnotations } from '../../native-models/annotation-forms/read-annotations.ts';
import type { ConvertedAnnotations } from '../host/exporting/annotation-files.ts';
import type { Style } from './terminal.ts';
import { clockTime, labelled, printable, table } from './text-layout.ts';

const delimiterNames = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const;

/** What a file of annotations holds, for people. */
export function annotationLines(read: ReadAnnotations, columns: number, style: Style): string[] {
  const { form, encoding, delimiter, moments } = read;
  const cells = delimiter === undefined ? '' : `, cells parted by ${delimiterNames[delimiter]}`;
  const rows = moments.map(({ startSec, endSec, label, text, video }) => [
    clockTime(startSec),
    clockTime(endSec),
    ...[video ?? '', label, text].map((cell) => oneLine(cell)),
  ]);
  const [heading = '', ...lines] = table(['Start', 'End', 'Video', 'Label', 'Text'], rows);
  return [
    style.bold(`${momentCount(moments.length)} (${form}, ${encoding}${cells})`),
    ...(moments.length === 0 ? [] : ['', style.faint(heading), ...lines]),
    ...doubtLines(read, columns, style),
  ];
}

/** What came of a conversion, for people. */
export function convertedLines(
  { files, moments, read }: ConvertedAnnotations,
  columns: number,
  style: Style,
): string[] {
  return [
    style.bold(`${momentCount(moments)} written`),
    ...files.map((file) => `  ${printable(file)}`),
    ...doubtLines(read, columns, style),
  ];
}

function momentCount(count: number): string {
  return count === 1 ? '1 moment' : `${count} moments`;
}

function doubtLines({ skipped, assumed }: ReadAnnotations, columns: number, style: Style): string[] {
  return [
    ...(assumed.length === 0 ? [] : ['', style.warning('Assumed')]),
    ...assumed.flatMap((text) => labelled('', printable(text), columns, 2)),
    ...(skipped.length === 0 ? [] : ['', style.warning('Skipped')]),
    ...skipped.flatMap(({ place, reason }) => labelled('', printable(`${place}: ${reason}`), columns, 2)),
  ];
}

function oneLine(text: string): string {
  const line = printable(text.replaceAll(/\s+/gu, ' ').trim());
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
