import type { SubtitlesDescription } from '../host/videos/describe-subtitles.ts';
import type { Style } from './terminal.ts';
import { clockTime, labelled, printable } from './text-layout.ts';

const forms: Readonly<Record<SubtitlesDescription['form'], string>> = {
  srt: 'SubRip (srt)',
  vtt: 'WebVTT (vtt)',
  ass: 'SubStation Alpha (ass)',
  sbv: 'YouTube (sbv)',
  microdvd: 'MicroDVD (microdvd)',
  bracketed: 'times in brackets, as Whisper prints (bracketed)',
};

/** Subtitles for people: a line each, and what was left out. */
export function subtitlesLines(file: SubtitlesDescription, columns: number, style: Style): string[] {
  const { form, encoding, cues, skipped } = file;
  const times = cues.map(({ startSec, endSec }) => `${clockTime(startSec)} – ${clockTime(endSec)}`);
  const indent = Math.max(0, ...times.map((time) => time.length)) + 2;
  return [
    `${style.bold(forms[form])}, ${encoding}, ${cues.length} subtitles`,
    '',
    ...cues.flatMap(({ text }, index) =>
      labelled((times[index] ?? '').padStart(indent - 2), printable(text), columns, indent),
    ),
    ...(skipped.length === 0 ? [] : ['', style.warning(`Left out: ${skipped.length}`)]),
    ...skipped.flatMap(({ line, reason }) => labelled(`line ${line}`, printable(reason), columns)),
  ];
}
