import type { RunWarning } from '../protocol/run-record.ts';
import { lastFrameStartingBy } from './timeline.ts';

/** A chapter as its container has it: on the container's clock, at whatever times it says. */
export interface ListedChapter {
  readonly startSec: number;
  readonly endSec: number;
  /** Empty where it has none. */
  readonly title: string;
}

/** A chapter of a film: presentation seconds, start < end. */
export type Chapter = ListedChapter;

/** No film has as many; a file that says so is not believed. */
const mostChapters = 2000;
const longestTitle = 300;

const chapterLine = /^ +Chapter #\d+:\d+: start (-?[\d.]+), end (-?[\d.]+)/;
const titleLine = /^ +title *: (.*)$/;
/** How ffmpeg goes on with a value of several lines. */
const furtherLine = /^ +: (.*)$/;

/** Reads the chapters from the lines that ffmpeg prints of its input, in the file's order. */
export function parseChapters(lines: readonly string[]): readonly ListedChapter[] {
  const chapters: ListedChapter[] = [];
  let isTitle = false;
  for (const line of lines) {
    const [, start, end] = chapterLine.exec(line) ?? [];
    if (start !== undefined && end !== undefined) {
      if (chapters.length === mostChapters) break;
      chapters.push({ startSec: Number(start), endSec: Number(end), title: '' });
      isTitle = false;
      continue;
    }
    const last = chapters.at(-1);
    const begun = titleLine.exec(line)?.[1];
    const goesOn: string | undefined = isTitle ? furtherLine.exec(line)?.[1] : undefined;
    isTitle = begun !== undefined || goesOn !== undefined;
    // Titles behind the chapters are those of streams.
    if (/^ +Stream #/.test(line)) break;
    if (last === undefined || !isTitle) continue;
    const title = `${last.title} ${begun ?? goesOn ?? ''}`.trim().slice(0, longestTitle);
    chapters[chapters.length - 1] = { ...last, title };
  }
  return chapters;
}

/**
 * The chapters of a film, by time. One that ends before it begins, or nowhere, goes on to the next one or to the end; what
 * is outside of the film is cut off, and a chapter that is wholly outside left out; the same chapter is taken once. Where its
 * frames are known a chapter begins with the first one that is not before it, as players go to it: containers' own delays
 * move it some milliseconds to and fro.
 * @param film where its first picture lies on the container's clock, how long it is, when each of its frames begins.
 */
export function chaptersOfFilm(
  listed: readonly ListedChapter[],
  film: {
    readonly startSec: number;
    readonly durationSec: number;
    readonly frameTimesSec?: Float64Array | undefined;
  },
): readonly Chapter[] {
  const { durationSec, frameTimesSec } = film;
  const fromFilm = (sec: number): number => onFrame(sec - film.startSec, frameTimesSec, durationSec);
  const byStart = listed
    .map(({ startSec, endSec, title }) => ({
      ...{ title, startSec: fromFilm(startSec), endSec: fromFilm(endSec) },
    }))
    .filter(({ startSec }) => startSec < durationSec)
    .toSorted((one, other) => one.startSec - other.startSec);
  const chapters: Chapter[] = [];
  for (const [place, chapter] of byStart.entries()) {
    const startSec = Math.max(0, chapter.startSec);
    const next = byStart.slice(place + 1).find((other) => other.startSec > startSec);
    const saidEndSec = chapter.endSec > chapter.startSec ? chapter.endSec : (next?.startSec ?? durationSec);
    const endSec = Math.min(saidEndSec, durationSec);
    const isKnown = chapters.some((known) => known.startSec === startSec && known.title === chapter.title);
    if (endSec > startSec && !isKnown) chapters.push({ startSec, endSec, title: chapter.title });
  }
  return chapters;
}

/** What a frame may begin before a time and still be the one of that time. */
const sameTimeSec = 0.001;

/** The beginning of the first frame that is not before a time; without frames the time, as exact as ffmpeg prints it. */
function onFrame(sec: number, frameTimesSec: Float64Array | undefined, durationSec: number): number {
  if (frameTimesSec === undefined || sec <= 0 || sec >= durationSec) return Math.round(sec * 1e6) / 1e6;
  const shown = lastFrameStartingBy(frameTimesSec, sec);
  const isShown = (frameTimesSec[shown] ?? 0) >= sec - sameTimeSec;
  return (isShown ? frameTimesSec[shown] : frameTimesSec[shown + 1]) ?? durationSec;
}

/** What is told of chapters that cannot be in a film: they begin behind its end, or end before its first picture. */
export function warnOfChapters(
  listed: readonly ListedChapter[],
  { startSec, durationSec }: { readonly startSec: number; readonly durationSec: number },
): readonly RunWarning[] {
  const outside = listed.filter(
    (chapter) =>
      chapter.startSec - startSec >= durationSec ||
      (chapter.endSec > chapter.startSec && chapter.endSec <= startSec),
  ).length;
  if (outside === 0) return [];
  const message = `${outside} of ${listed.length} chapters that the file names are outside of the film and left out.`;
  return [{ code: 'VIDEO_CHAPTERS_OUTSIDE', message }];
}
