import { clockTime } from './clock-times.ts';
import type { ExportedMoment } from './export-content.ts';

/** SubRip: numbered cues. An empty line would end a cue, so none is left in the words. */
export function writeSrt(moments: readonly ExportedMoment[]): string {
  return moments
    .map((moment, index) => `${index + 1}\n${cueTimes(moment, ',')}\n${words(moment)}\n`)
    .join('\n');
}

/** WebVTT; what it would read as markup is written as character references. */
export function writeVtt(moments: readonly ExportedMoment[]): string {
  const cues = moments.map((moment) => `${cueTimes(moment, '.')}\n${escapeCue(words(moment))}\n`);
  return ['WEBVTT\n', ...cues].join('\n');
}

function cueTimes(moment: ExportedMoment, mark: ',' | '.'): string {
  return `${clockTime(moment.startSec, mark)} --> ${clockTime(moment.endSec, mark)}`;
}

function words({ label, text, answer }: ExportedMoment): string {
  const lines = [label === '' ? text : `[${label}] ${text}`, answer ?? '']
    .flatMap((part) => part.split(/\r\n|[\r\n\u2028\u2029]/u))
    .map((line) => line.trim())
    .filter((line) => line !== '');
  // An arrow would be read as the times of a cue.
  return lines.length === 0 ? '…' : lines.join('\n').replaceAll('-->', '→');
}

function escapeCue(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
