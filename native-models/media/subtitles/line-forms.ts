import { readClock, readTiming } from './cue-times.ts';
import { plainLines } from './plain-text.ts';
import type { Cue, ReadCues, SkippedSubtitle } from './subtitle.ts';

const sbvTiming = /^\s*(\d+:\d{1,2}:\d{1,2}[.,]\d+)\s*,\s*(\d+:\d{1,2}:\d{1,2}[.,]\d+)\s*$/;

/** True for a line of times as YouTube's SBV writes them: `0:00:01.000,0:00:02.500`. */
export function isSbvTiming(line: string): boolean {
  return sbvTiming.test(line);
}

/** Reads SBV: a line of times, then text up to the next one. */
export function readSbv(lines: readonly string[]): ReadCues {
  const cues: Cue[] = [];
  const skipped: SkippedSubtitle[] = [];
  const timings = lines.flatMap((line, index) => (isSbvTiming(line) ? [index] : []));
  for (const [place, index] of timings.entries()) {
    const [, start = '', end = ''] = sbvTiming.exec(lines[index] ?? '') ?? [];
    const startSec = readClock(start);
    const endSec = readClock(end);
    const line = index + 1;
    if (startSec === undefined || endSec === undefined) {
      skipped.push({ line, reason: 'Its times are not readable.' });
    } else if (endSec < startSec) skipped.push({ line, reason: 'It ends before it starts.' });
    else {
      const text = lines
        .slice(index + 1, timings[place + 1] ?? lines.length)
        // SubViewer's line break.
        .flatMap((each) => each.split(/\[br\]/i));
      cues.push({ line, startSec, endSec, lines: plainLines(text) });
    }
  }
  return { cues, skipped, warnings: [] };
}

const bracketedLine = /^\s*\[([^\]]*-->[^\]]*)\]\s*(.*)$/;

/** True for a line as Whisper prints it: `[00:00:01.000 --> 00:00:02.500]  Hello`. */
export function isBracketed(line: string): boolean {
  return readTiming(bracketedLine.exec(line)?.[1] ?? '') !== undefined;
}

/** Reads lines that begin with their times in brackets; a line without times goes on with the one before. */
export function readBracketed(lines: readonly string[]): ReadCues {
  const cues: (Cue & { readonly lines: string[] })[] = [];
  const skipped: SkippedSubtitle[] = [];
  for (const [index, line] of lines.entries()) {
    const [, times, text = ''] = bracketedLine.exec(line) ?? [];
    const number = index + 1;
    if (times === undefined) {
      const last = cues.at(-1);
      if (last !== undefined) last.lines.push(...plainLines([line]));
      else if (line.trim() !== '') skipped.push({ line: number, reason: 'It has no times.' });
      continue;
    }
    const timing = readTiming(times);
    if (timing === undefined || timing === 'unreadable')
      skipped.push({ line: number, reason: 'Its times are not readable.' });
    else if (timing.endSec < timing.startSec)
      skipped.push({ line: number, reason: 'It ends before it starts.' });
    else cues.push({ line: number, ...timing, lines: [...plainLines([text])] });
  }
  return { cues, skipped, warnings: [] };
}

const microDvdLine = /^\s*\{(\d+)\}\{(\d*)\}(.*)$/;
/** Films that these files are made for. */
const usualFps = 24_000 / 1001;

/** True for a line as MicroDVD writes it: `{25}{50}Hello`, in frames. */
export function isMicroDvd(line: string): boolean {
  return microDvdLine.test(line);
}

/** Reads MicroDVD: frames of a rate that its first line may say (`{1}{1}25`); else of a film's, with a warning. */
export function readMicroDvd(lines: readonly string[]): ReadCues {
  const cues: Cue[] = [];
  const skipped: SkippedSubtitle[] = [];
  let fps: number | undefined;
  for (const [index, line] of lines.entries()) {
    const [, start, end, text = ''] = microDvdLine.exec(line) ?? [];
    if (start === undefined) {
      if (line.trim() !== '') skipped.push({ line: index + 1, reason: 'It has no frame numbers.' });
      continue;
    }
    const rate = Number(text.trim().replace(',', '.'));
    if (cues.length === 0 && fps === undefined && Number(start) <= 1 && rate > 5 && rate < 300) {
      fps = rate;
      continue;
    }
    const startSec = Number(start) / (fps ?? usualFps);
    const endSec = end === '' ? startSec + 3 : Number(end) / (fps ?? usualFps);
    if (!(Number.isFinite(startSec) && endSec >= startSec)) {
      skipped.push({ line: index + 1, reason: 'It ends before it starts.' });
      continue;
    }
    const words = text.replace(/\{[A-Za-z]:[^{}]*\}/g, '').split('|');
    cues.push({ line: index + 1, startSec, endSec, lines: plainLines(words) });
  }
  const message = 'The file counts in frames and does not say how many make a second: 23.976 was assumed.';
  return { cues, skipped, warnings: fps === undefined ? [{ code: 'SUBTITLES_ASSUMED', message }] : [] };
}
