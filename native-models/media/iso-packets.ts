import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { Box } from './iso-boxes.ts';
import { boxType, find, readBoxes } from './iso-boxes.ts';
import { avcLengthBytes, sampleOffsets } from './iso-samples.ts';
import type { Packet, PacketList } from './packet.ts';

/** What the top level of the file holds. */
export interface IsoOutline {
  /** The content of `moov`, when it is complete and not too long to be read here. */
  readonly movie: DataView | undefined;
  /** False only when all of the file was gone through without finding one. */
  readonly hasMovie: boolean;
  /** True when a box reaches past the end of the file: the file breaks off. */
  readonly truncated: boolean;
  /** Set where another movie stands behind the first one: files that were put behind one another. */
  readonly more?: true;
}

/** Indexes above this size are left to ffmpeg (a day of video has about 100 MB). */
const maxMovieBytes = 256 * 2 ** 20;
/** A file of more is left to ffmpeg: some have a box a frame, and one made of empty boxes would take for ever. */
const maxTopLevelBoxes = 1_000_000;
/** So much is read at once: small boxes lie close together. */
const headerBufferBytes = 65_536;

/** Types that such a file starts with. */
const firstTypes = new Set([
  'ftyp',
  'styp',
  'moov',
  'mdat',
  'wide',
  'free',
  'skip',
  'pnot',
  'uuid',
  'sidx',
  'moof',
]);

/**
 * Reads the top level of an mp4 or mov file; undefined when the file is something else, or what follows its boxes is.
 * @throws what reading the file throws.
 */
export async function readIsoOutline(videoPath: string): Promise<IsoOutline | undefined> {
  await using file = await open(videoPath, 'r');
  const { size } = await file.stat();
  let movie: DataView | undefined;
  let movies = 0;
  const outline = (truncated: boolean): IsoOutline => ({
    ...{ movie, hasMovie: movies > 0, truncated },
    ...(movies > 1 && { more: true as const }),
  });
  let offset = 0;
  let ahead: { offset: number; bytes: DataView } = { offset: 0, bytes: new DataView(new ArrayBuffer(0)) };
  for (let count = 0; offset < size && count < maxTopLevelBoxes; count++) {
    const headerBytes = Math.min(16, size - offset);
    if (offset + headerBytes > ahead.offset + ahead.bytes.byteLength || offset < ahead.offset) {
      ahead = { offset, bytes: await readAt(file, offset, Math.min(headerBufferBytes, size - offset)) };
    }
    const header = new DataView(
      ahead.bytes.buffer,
      ahead.bytes.byteOffset + offset - ahead.offset,
      Math.min(headerBytes, ahead.bytes.byteLength - (offset - ahead.offset)),
    );
    const type = header.byteLength < 8 ? '' : boxType(header, 4);
    if (count === 0 && !firstTypes.has(type)) return undefined;
    const short = type === '' ? 0 : header.getUint32(0);
    const wide = short === 1;
    const length =
      type === '' || (wide && header.byteLength < 16)
        ? 0
        : wide
          ? Number(header.getBigUint64(8))
          : short === 0
            ? size - offset
            : short;
    const headerLength = wide ? 16 : 8;
    // No box: the rest is something else, and whether there is an index is for ffmpeg to say.
    if (length < headerLength) return movies > 0 ? outline(false) : undefined;
    if (type === 'moov') movies++;
    if (offset + length > size) return outline(true);
    if (type === 'moov' && movie === undefined && length <= maxMovieBytes) {
      movie = await readAt(file, offset + headerLength, length - headerLength);
    }
    offset += length;
  }
  if (offset < size && movies === 0) return undefined;
  return outline(false);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<DataView> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return new DataView(buffer.buffer, buffer.byteOffset, bytesRead);
}

/**
 * Lists the frames of the one video track from the index of an mp4 or mov file, without touching the pictures.
 * Undefined whenever the index is anything but plain (fragments, several video tracks, edits that hide frames, tables that
 * contradict each other): such files are listed by ffmpeg, whose rules decide what is shown.
 * Written out rather than left to a container library, since those do not tell what an edit list hides.
 * (ISO/IEC 14496-12, sections 8.3 to 8.6.)
 */
export function listIsoPackets(movie: DataView): PacketList | undefined {
  try {
    const boxes = readBoxes(movie);
    if (boxes.some((box) => box.type === 'mvex')) return undefined;
    const tracks = boxes
      .filter((box) => box.type === 'trak')
      .map((box) => readBoxes(box.content))
      .filter((track) => handlerOf(track) === 'vide');
    const [track] = tracks;
    const movieHeader = find(boxes, 'mvhd');
    if (tracks.length !== 1 || track === undefined || movieHeader === undefined) return undefined;
    return listTrack(track, timescaleOf(movieHeader));
  } catch (error) {
    if (error instanceof RangeError) return undefined; // a box says it is longer than it is
    throw error;
  }
}

function handlerOf(track: readonly Box[]): string | undefined {
  const handler = find(track, 'mdia', 'hdlr');
  return handler && boxType(handler, 8);
}

function listTrack(track: readonly Box[], movieTimescale: number): PacketList | undefined {
  const header = find(track, 'mdia', 'mdhd');
  const tables = find(track, 'mdia', 'minf', 'stbl');
  if (header === undefined || tables === undefined) return undefined;
  const table = readBoxes(tables);
  const timescale = timescaleOf(header);
  const times = readTimes(table);
  if (times === undefined || times.count === 0 || timescale === 0) return undefined;

  const edits = find(track, 'edts', 'elst');
  const delay = edits === undefined ? 0 : delayOf(edits, times, timescale, movieTimescale);
  if (delay === undefined) return undefined;
  const lengthBytes = avcLengthBytes(table);
  const offsets = lengthBytes === undefined ? undefined : sampleOffsets(table, times.sizes);
  const packets: Packet[] = Array.from({ length: times.count }, (_, index) => ({
    time: (times.presentation[index] ?? 0) + delay,
    duration: times.durations[index] ?? 0,
    key: times.keys === undefined || times.keys.has(index),
    ...(offsets && { place: { offset: offsets[index] ?? 0, bytes: times.sizes[index] ?? 0 } }),
  }));
  return {
    tickSec: { numerator: 1, denominator: timescale },
    packets,
    ...(times.total > 0 && { fps: (times.count * timescale) / times.total }),
    seeking: 'exact',
    ...(offsets && lengthBytes !== undefined && { avcLengthBytes: lengthBytes }),
  };
}

interface SampleTimes {
  readonly count: number;
  /** In decoding order, ticks. */
  readonly presentation: Float64Array;
  readonly durations: Float64Array;
  readonly total: number;
  /** Bytes of each. */
  readonly sizes: Uint32Array;
  /** Samples at which decoding can start; undefined: all. */
  readonly keys: ReadonlySet<number> | undefined;
}

function readTimes(table: readonly Box[]): SampleTimes | undefined {
  const durationRuns = find(table, 'stts');
  const sizes = find(table, 'stsz') ?? find(table, 'stz2');
  if (durationRuns === undefined || sizes === undefined) return undefined;
  const count = sizes.getUint32(8);
  // With one size for all samples no table backs the count: a file can claim any number.
  if (sizes.getUint32(4) !== 0 || count > sizes.byteLength * 2) return undefined;
  const isWide = find(table, 'stsz') !== undefined && sizes.byteLength >= 12 + 4 * count;
  const durations = expandRuns(durationRuns, count, (view, at) => view.getUint32(at));
  const offsetRuns = find(table, 'ctts');
  const offsets = offsetRuns && expandRuns(offsetRuns, count, (view, at) => view.getInt32(at));
  if (durations === undefined || (offsetRuns !== undefined && offsets === undefined)) return undefined;

  const presentation = new Float64Array(count);
  let decodeTime = 0;
  for (let index = 0; index < count; index++) {
    presentation[index] = decodeTime + (offsets?.[index] ?? 0);
    decodeTime += durations[index] ?? 0;
  }
  const sync = find(table, 'stss');
  const keys =
    sync &&
    new Set(Array.from({ length: sync.getUint32(4) }, (_, index) => sync.getUint32(8 + 4 * index) - 1));
  // The compact form (stz2) is rare; without sizes nothing is known of where samples lie.
  const bytes = Uint32Array.from({ length: isWide ? count : 0 }, (_, index) =>
    sizes.getUint32(12 + 4 * index),
  );
  // What has no content is no picture.
  if (bytes.includes(0)) return undefined;
  return { count, presentation, durations, total: decodeTime, sizes: bytes, keys };
}

/** Expands (count, value) runs to one value a sample; undefined unless they cover exactly `count` samples. */
function expandRuns(
  runs: DataView,
  count: number,
  readValue: (view: DataView, offset: number) => number,
): Float64Array | undefined {
  const values = new Float64Array(count);
  const runCount = runs.getUint32(4);
  let filled = 0;
  for (let run = 0; run < runCount; run++) {
    const length = runs.getUint32(8 + run * 8);
    if (length > count - filled) return undefined;
    values.fill(readValue(runs, 12 + run * 8), filled, filled + length);
    filled += length;
  }
  return filled === count ? values : undefined;
}

/**
 * Ticks from the track's clock to the container's for the plain edit list: an empty edit that delays the track, then one
 * that shows all of it at its own speed. Undefined for every other one.
 */
function delayOf(
  edits: DataView,
  times: SampleTimes,
  timescale: number,
  movieTimescale: number,
): number | undefined {
  if (movieTimescale === 0) return undefined;
  const wide = edits.getUint8(0) === 1;
  let delay = 0;
  let shown: { readonly start: number; readonly end: number } | undefined;
  for (let edit = 0; edit < edits.getUint32(4); edit++) {
    const at = 8 + edit * (wide ? 20 : 12);
    const movieDuration = wide ? Number(edits.getBigUint64(at)) : edits.getUint32(at);
    const duration = (movieDuration / movieTimescale) * timescale;
    const start = wide ? Number(edits.getBigInt64(at + 8)) : edits.getInt32(at + 4);
    const rate = edits.getInt32(at + (wide ? 16 : 8)) / 65536;
    if (shown !== undefined || (start !== -1 && rate !== 1)) return undefined;
    if (start === -1) delay += Math.round(duration);
    else shown = { start, end: duration === 0 ? Infinity : start + duration };
  }
  if (shown === undefined) return delay;
  let first = 0;
  let last = 0;
  for (let index = 1; index < times.count; index++) {
    if (timeAt(index) < timeAt(first)) first = index;
    if (timeAt(index) > timeAt(last)) last = index;
  }
  const hides = shown.start > timeAt(first) || shown.end < timeAt(last) + (times.durations[last] ?? 0) / 2;
  return hides ? undefined : delay - shown.start;

  function timeAt(index: number): number {
    return times.presentation[index] ?? 0;
  }
}

function timescaleOf(header: DataView): number {
  return header.getUint32(header.getUint8(0) === 1 ? 20 : 12);
}
