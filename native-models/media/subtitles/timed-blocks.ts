import type { RunWarning } from '../../protocol/run-record.ts';
import { readTiming } from './cue-times.ts';
import { plainLines } from './plain-text.ts';
import type { Cue, ReadCues, SkippedSubtitle } from './subtitle.ts';

/** Paragraphs of WebVTT that are no text. */
const withoutText = /^(NOTE|STYLE|REGION)(\s|$)/;
const timedWord = /<\d{1,2}:\d{2}[\d:.]*>/;

/**
 * Reads SRT and WebVTT: a line of times, then text up to the next line of times and the number or name over it; an empty
 * line within the text does not end it. A cue that cannot be read is left out and named, and the others stay.
 */
export function readTimedBlocks(lines: readonly string[], form: 'srt' | 'vtt'): ReadCues {
  const timings = lines.flatMap((line, index) => {
    const times = readTiming(line);
    return times === undefined ? [] : [{ index, times }];
  });
  const numbered = isNumber(lines.slice(0, timings[0]?.index).findLast((line) => !isBlank(line)) ?? '');
  const cues: Cue[] = [];
  const skipped: SkippedSubtitle[] = [];
  const warnings: RunWarning[] = [];
  for (const [place, { index, times }] of timings.entries()) {
    const next = timings[place + 1]?.index ?? lines.length;
    const end = place + 1 < timings.length ? withoutHeading(lines, index, next, form, numbered) : next;
    const line = index + 1;
    if (times === 'unreadable') {
      skipped.push({ line, reason: `Its times are not readable: ${quoted(lines[index] ?? '')}` });
      continue;
    }
    const { startSec, endSec } = times;
    if (endSec < startSec) {
      skipped.push({ line, reason: `It ends before it starts: ${quoted(lines[index] ?? '')}` });
      continue;
    }
    if (endSec < 0) {
      skipped.push({ line, reason: `It lies before the video: ${quoted(lines[index] ?? '')}` });
      continue;
    }
    if (startSec < 0) {
      const message = `Line ${line}: it starts before the video, and was taken to start with it.`;
      warnings.push({ code: 'SUBTITLES_REPAIRED', message });
    }
    const text = spoken(lines.slice(index + 1, end), form);
    cues.push({
      line,
      startSec: Math.max(0, startSec),
      endSec,
      lines: plainLines(text),
      ...(text.some((each) => timedWord.test(each)) && { timedWords: true }),
    });
  }
  return { cues, skipped, warnings };
}

/** Where the text of the cue at `index` ends: before the number or name over the times at `next`. */
function withoutHeading(
  lines: readonly string[],
  index: number,
  next: number,
  form: 'srt' | 'vtt',
  numbered: boolean,
): number {
  const above = next - 1;
  if (above <= index) return next;
  const heading = lines[above] ?? '';
  const apart = isBlank(lines[above - 1] ?? '') || above - 1 === index;
  if (isNumber(heading) && (apart ? numbered || above - 1 !== index : numbered)) return above;
  if (form === 'vtt' && !isBlank(heading) && above - 1 !== index && apart) return above;
  // Some programs leave a line between the number and the times.
  if (!isBlank(heading) || !numbered) return next;
  let number = above;
  while (number > index + 1 && isBlank(lines[number] ?? '')) number--;
  return isNumber(lines[number] ?? '') && isBlank(lines[number - 1] ?? '') ? number : next;
}

/** The lines of a cue; in WebVTT without notes and styles among them. */
function spoken(lines: readonly string[], form: 'srt' | 'vtt'): readonly string[] {
  if (form === 'srt') return lines;
  let hidden = false;
  return lines.filter((line, index) => {
    if (line.trim() === '') hidden = false;
    else if (index > 0 && (lines[index - 1] ?? '').trim() === '' && withoutText.test(line)) hidden = true;
    return !hidden;
  });
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}

function isNumber(line: string): boolean {
  return /^\s*\d+\s*$/.test(line);
}

function quoted(line: string): string {
  return `"${line.trim().slice(0, 80)}"`;
}
