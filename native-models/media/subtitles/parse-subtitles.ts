import { EngineError } from '../../protocol/errors.ts';
import type { RunWarning } from '../../protocol/run-record.ts';
import { readAss } from './ass.ts';
import { readTiming } from './cue-times.ts';
import { isBracketed, isMicroDvd, isSbvTiming, readBracketed, readMicroDvd, readSbv } from './line-forms.ts';
import { unrollCaptions } from './rolling-captions.ts';
import type { ReadCues, SkippedSubtitle, Subtitle, SubtitleForm } from './subtitle.ts';
import { readTimedBlocks } from './timed-blocks.ts';

/** What a text of subtitles says, as the model is shown it. */
export interface ParsedSubtitles {
  readonly form: SubtitleForm;
  /** In time order; those without text are left out. */
  readonly cues: readonly Subtitle[];
  readonly skipped: readonly SkippedSubtitle[];
  readonly warnings: readonly RunWarning[];
}

const readers: Readonly<Record<SubtitleForm, (lines: readonly string[]) => ReadCues>> = {
  srt: (lines) => readTimedBlocks(lines, 'srt'),
  vtt: (lines) => readTimedBlocks(lines, 'vtt'),
  ass: readAss,
  sbv: readSbv,
  microdvd: readMicroDvd,
  bracketed: readBracketed,
};

/**
 * Parses subtitles of any form that is known, by what the text holds.
 * @param name names the source in messages.
 * @throws EngineError SUBTITLES_INVALID when nothing of it can be read.
 */
export function parseSubtitles(text: string, name = 'subtitles'): ParsedSubtitles {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const form = formOf(lines);
  if (form === undefined) {
    throw new EngineError(
      'SUBTITLES_INVALID',
      `${name}: there is no line with times ("00:01.000 --> 00:02.000"), and it is no SubStation Alpha, SBV or MicroDVD file${named(text)}.`,
    );
  }
  const read = readers[form](lines);
  const ordered = read.cues.toSorted((a, b) => a.startSec - b.startSec);
  const { cues, repeated } = unrollCaptions(ordered.filter((cue) => cue.lines.length > 0));
  if (cues.length === 0) {
    const [first] = read.skipped;
    const reason =
      first === undefined ? 'none of its subtitles has text' : `line ${first.line}: ${first.reason}`;
    throw new EngineError('SUBTITLES_INVALID', `${name}: nothing of it can be read; ${reason}`);
  }
  const rolled: RunWarning[] =
    repeated === 0
      ? []
      : [
          {
            code: 'SUBTITLES_ROLLING',
            message: `The captions roll: ${repeated} repeated lines were taken once.`,
          },
        ];
  return {
    form,
    cues: cues.map(({ startSec, endSec, lines: words }) => ({ startSec, endSec, text: words.join(' ') })),
    skipped: read.skipped,
    warnings: [...read.warnings, ...rolled],
  };
}

/** Other forms by their signs, so that who has one knows why it is not read. */
function named(text: string): string {
  const head = text.slice(0, 2000);
  if (/<tt[\s>:]|ns\/ttml/i.test(head)) return '; it looks like TTML, which is not read';
  if (/<sami/i.test(head)) return '; it looks like SAMI, which is not read';
  if (/^\s*\[(?:ti|ar|al|by|offset|\d+):/im.test(head)) return '; it looks like LRC, which is not read';
  return '';
}

function formOf(lines: readonly string[]): SubtitleForm | undefined {
  const first = lines.find((line) => line.trim() !== '') ?? '';
  if (/^\s*WEBVTT(\s|$)/.test(first)) return 'vtt';
  if (lines.some((line) => /^\s*Dialogue\s*:\s*[^,]*,\s*-?\d+:/i.test(line))) return 'ass';
  if (isMicroDvd(first)) return 'microdvd';
  if (lines.some((line) => readTiming(line) !== undefined)) return 'srt';
  if (lines.some(isBracketed)) return 'bracketed';
  return lines.some(isSbvTiming) ? 'sbv' : undefined;
}
