import type { ListedChapter } from './chapters.ts';
import { parseChapters } from './chapters.ts';

/** What a container holds, as ffmpeg describes it when it opens a file; nothing of it is decoded. */
export interface ContainerFacts {
  /** ffmpeg's names of the container, for example `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly container: string;
  /** Earliest start of any stream on the container's clock, in seconds. */
  readonly startSec: number;
  /** As the container declares it; undefined when it does not. */
  readonly durationSec?: number;
  /** By index. */
  readonly streams: readonly StreamFacts[];
  /** The first timecode that the file carries, as written: `01:00:00;00`. */
  readonly timecode?: string;
  /** In the order of the file; absent where it has none. */
  readonly chapters?: readonly ListedChapter[];
}

/** One stream of a file. */
export interface StreamFacts {
  /** ffmpeg's number of it. */
  readonly index: number;
  readonly kind: 'video' | 'audio' | 'subtitle' | 'other';
  /** ffmpeg's name; for data streams the container's four letters (`tmcd`), where it has them. */
  readonly codec: string;
  /** As tagged: `eng`, `pt-BR`; undefined where nothing, or "undetermined", is. */
  readonly language?: string;
  readonly default: boolean;
  /** Cover art, which is a picture and no film. */
  readonly attachedPicture: boolean;
  /** ffmpeg's name of how pixels are stored. */
  readonly pixelFormat?: string;
  /** ffmpeg's name of the transfer function: `bt709`, `smpte2084` (PQ), `arib-std-b67` (HLG). */
  readonly transfer?: string;
  /** Coded size in pixels, before it is turned upright. */
  readonly width?: number;
  readonly height?: number;
  /** As the container declares or ffmpeg guesses from the first frames. */
  readonly fps?: number;
  /** Degrees that the picture is turned clockwise to stand upright: 0, 90, 180 or 270. */
  readonly rotation?: number;
  /** Samples a second, of sound. */
  readonly sampleRate?: number;
  /** It has one channel; absent: several, or not known. */
  readonly mono?: true;
}

const inputLine = /^Input #0, (.+?), from /;
const timingLine = /^ +Duration: (?:(\d+):(\d+):([\d.]+)|N\/A)(?:, start: (-?[\d.]+))?/;
/** A language is whatever the file says, a hyphen (`pt-BR`) or a space included. */
const streamLine = /^ +Stream #0:(\d+)(?:\[0x[\da-f]+\])?(?:\((.*?)\))?: ([A-Z][a-z]+): ([^\s,(]*)(.*)$/;
const tagLine = /^ +(\w+) *: (.*)$/;
const turnLine = /^ +displaymatrix: rotation of (-?[\d.]+) degrees/;

const kinds: Readonly<Record<string, StreamFacts['kind']>> = {
  Video: 'video',
  Audio: 'audio',
  Subtitle: 'subtitle',
};

/**
 * Reads the lines that ffmpeg prints of its input; undefined when it opened none. Written out since machines often have
 * ffmpeg without ffprobe.
 */
export function parseContainerFacts(lines: readonly string[]): ContainerFacts | undefined {
  const start = lines.findIndex((line) => inputLine.test(line));
  if (start === -1) return undefined;
  const end = lines.findIndex((line, index) => index > start && /^(Output #0|Stream mapping)/.test(line));
  const container = inputLine.exec(lines[start] ?? '')?.[1] ?? '';
  const streams: StreamFacts[] = [];
  let timing: RegExpExecArray | undefined;
  let timecode: string | undefined;
  const described = lines.slice(start + 1, end === -1 ? undefined : end);
  const chapters = parseChapters(described);
  for (const line of described) {
    timing ??= timingLine.exec(line) ?? undefined;
    const stream = streamLine.exec(line);
    if (stream !== null) streams.push(readStream(stream));
    const last = streams.at(-1);
    const clockwise = clockwiseIn(line);
    if (stream === null && last?.kind === 'video' && clockwise !== undefined) {
      streams[streams.length - 1] = { ...last, rotation: clockwise };
    }
    const [, tag, value] = tagLine.exec(line) ?? [];
    if (tag?.toLowerCase() === 'timecode' && value !== undefined) timecode ??= timecodeIn(value);
  }
  const [, hours, minutes, seconds, startText] = timing ?? [];
  return {
    container,
    startSec: Number(startText ?? 0),
    ...(seconds !== undefined && {
      durationSec: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
    }),
    streams: streams.toSorted((a, b) => a.index - b.index),
    ...(timecode !== undefined && { timecode }),
    ...(chapters.length > 0 && { chapters }),
  };
}

function readStream([, index, language, kindName = '', codec = '', rest = '']: RegExpExecArray): StreamFacts {
  const kind = kinds[kindName] ?? 'other';
  const plain = { index: Number(index), kind, ...languageOf(language), ...flagsIn(rest) };
  if (kind === 'other') {
    const letters = /^ ?\(([\w ]{4}) \/ 0x/.exec(rest)?.[1]?.trim();
    return { ...plain, codec: codec === 'none' || codec === '' ? (letters ?? 'unknown') : codec };
  }
  if (kind === 'audio') {
    const sampleRate = Number(/, (\d+) Hz\b/.exec(rest)?.[1]);
    const mono = / Hz, mono\b/.test(rest);
    return { ...plain, codec, ...(sampleRate > 0 && { sampleRate }), ...(mono && { mono }) };
  }
  if (kind !== 'video') return { ...plain, codec };
  const [, width, height] = /, (\d+)x(\d+)/.exec(rest) ?? [];
  const fps = Number(/, ([\d.]+)(k?) fps\b/.exec(rest)?.[1]);
  const transfer = transferIn(rest);
  return {
    ...plain,
    codec,
    pixelFormat: pixelFormatIn(rest),
    ...(transfer !== undefined && { transfer }),
    ...(width !== undefined && { width: Number(width), height: Number(height) }),
    ...(fps > 0 && { fps }),
  };
}

function languageOf(tagged: string | undefined): { readonly language?: string } {
  return tagged === undefined || tagged === 'und' || tagged === '' ? {} : { language: tagged };
}

function flagsIn(rest: string): { readonly default: boolean; readonly attachedPicture: boolean } {
  return { default: rest.includes('(default)'), attachedPicture: rest.includes('(attached pic)') };
}

/** The first field behind the codec and its remarks in parentheses, which may hold commas. */
function pixelFormatIn(rest: string): string {
  return /^ *,? *([a-z]\w*)/.exec(rest.replace(/\([^()]*\)/g, ''))?.[1] ?? '';
}

/** Colours are printed as `space/primaries/transfer`, as one name where all three are it, and not at all where unknown. */
function transferIn(rest: string): string | undefined {
  const remarks = /, [a-z]\w*\(([^()]*)\)/.exec(rest)?.[1]?.split(', ') ?? [];
  const colours = remarks.find((remark) => remark.includes('/') || /^(bt|smpte|arib)/.test(remark));
  const transfer = colours?.split('/').at(-1);
  return transfer === 'unknown' ? undefined : transfer;
}

function clockwiseIn(line: string): number | undefined {
  const counterClockwise = turnLine.exec(line)?.[1];
  if (counterClockwise !== undefined) return wholeTurns(-Number(counterClockwise));
  const tagged = /^ +rotate *: (-?\d+)$/.exec(line)?.[1]; // how older builds say it
  return tagged === undefined ? undefined : wholeTurns(Number(tagged));
}

function wholeTurns(degrees: number): number {
  const quarter = Math.round(degrees / 90) * 90;
  return ((quarter % 360) + 360) % 360;
}

/** Hours, minutes, seconds and frames; drop-frame ones have a semicolon or a point before the frames. */
function timecodeIn(value: string): string | undefined {
  return /^\d{2}:\d{2}:\d{2}[:;.]\d{2,3}$/.exec(value.trim())?.[0];
}

/** True where the frame numbers of a timecode leave some out to keep up with the clock. */
export function isDropFrame(timecode: string): boolean {
  return /[;.]\d+$/.test(timecode);
}

/** The streams that may be the film: cover art is none. */
export function filmStreams(facts: ContainerFacts): readonly StreamFacts[] {
  return facts.streams.filter(({ kind, attachedPicture }) => kind === 'video' && !attachedPicture);
}

/** Containers whose clock players show as it is; of others they count from the earliest stream. */
const shownClocks = /^(mov|matroska)/;

/**
 * Where something on the container's clock lies on a player's: 0 is where the file begins. Side-car subtitles, and what
 * people read off a player, are on this clock.
 */
export function onPlayersClock(facts: ContainerFacts, containerSec: number): number {
  if (shownClocks.test(facts.container) && containerSec >= 0) return containerSec;
  const afterStartSec = containerSec - facts.startSec;
  // ffmpeg prints six decimals.
  return afterStartSec < 1e-5 ? 0 : Math.round(afterStartSec * 1e6) / 1e6;
}
