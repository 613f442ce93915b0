import { readFile, stat } from 'node:fs/promises';
import { EngineError } from '../protocol/errors.ts';

/** One subtitle: what is said between two times. */
export interface Subtitle {
  readonly startSec: number;
  readonly endSec: number;
  /** Plain text in one line: markup removed, line breaks turned into spaces. */
  readonly text: string;
}

/** Longer files are no subtitles (a day of talk has about 2 MB). */
const maxFileBytes = 64 * 2 ** 20;

const timePattern = String.raw`(?:(\d+):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?`;
const timingLine = new RegExp(String.raw`^\s*${timePattern}\s*-->\s*${timePattern}(?:\s|$)`);
const blocksWithoutText = /^(NOTE|STYLE|REGION)(\s|$)/;

/**
 * Reads an SRT or WebVTT file, in UTF-8 or (older SRT files) Windows-1252.
 * @throws EngineError SUBTITLES_INVALID when the file cannot be read or is neither.
 */
export async function readSubtitles(subtitlesPath: string): Promise<Subtitle[]> {
  let bytes: Buffer;
  try {
    const { size } = await stat(subtitlesPath);
    if (size > maxFileBytes) throw new Error(`it has ${size} bytes, too many for subtitles`);
    bytes = await readFile(subtitlesPath);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError('SUBTITLES_INVALID', `The subtitles ${subtitlesPath} cannot be read: ${reason}.`, {
      remedy: 'Check the path of the subtitles.',
      cause: error,
    });
  }
  return parseSubtitles(decodeText(bytes), subtitlesPath);
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/**
 * Parses SRT or WebVTT, ordered by start. Subtitles without text are left out.
 * @param name names the source in messages.
 * @throws EngineError SUBTITLES_INVALID naming the line that is wrong, or when there is no timing line at all.
 */
export function parseSubtitles(text: string, name = 'subtitles'): Subtitle[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const subtitles: Subtitle[] = [];
  let timings = 0;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (blocksWithoutText.test(line) && (lines[index - 1] ?? '').trim() === '') {
      index = endOfBlock(lines, index + 1) - 1;
      continue;
    }
    if (!line.includes('-->')) continue;
    const { startSec, endSec } = parseTiming(line, `${name}, line ${index + 1}`);
    timings++;
    const end = endOfBlock(lines, index + 1);
    const spoken = plainText(lines.slice(index + 1, end).join(' '));
    if (spoken !== '') subtitles.push({ startSec, endSec, text: spoken });
    index = end - 1;
  }
  if (timings === 0) {
    throw new EngineError(
      'SUBTITLES_INVALID',
      `${name}: there is no line with times ("00:01.000 --> 00:02.000").`,
    );
  }
  return subtitles.sort((a, b) => a.startSec - b.startSec);
}

/** Index of the first blank or timing line from `index` on. */
function endOfBlock(lines: readonly string[], index: number): number {
  let end = index;
  while (end < lines.length && (lines[end] ?? '').trim() !== '' && !(lines[end] ?? '').includes('-->')) end++;
  return end;
}

function parseTiming(line: string, where: string): { readonly startSec: number; readonly endSec: number } {
  const match = timingLine.exec(line);
  if (match === null)
    throw new EngineError(
      'SUBTITLES_INVALID',
      `${where}: times are not readable: ${line.trim().slice(0, 80)}`,
    );
  const startSec = toSec(match.slice(1, 5));
  const endSec = toSec(match.slice(5, 9));
  if (endSec < startSec)
    throw new EngineError('SUBTITLES_INVALID', `${where}: the end lies before the start.`);
  return { startSec, endSec };
}

function toSec([hours, minutes, seconds, fraction]: readonly (string | undefined)[]): number {
  const milliseconds = Number((fraction ?? '').padEnd(3, '0'));
  return Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(seconds) + milliseconds / 1000;
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  lrm: '',
  rlm: '',
};

function plainText(marked: string): string {
  return marked
    .replace(/<[^<>]*>|\{\\[^{}]*\}/g, '')
    .replace(/&(amp|lt|gt|quot|nbsp|lrm|rlm);/g, (_, entity: string) => entities[entity] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}
