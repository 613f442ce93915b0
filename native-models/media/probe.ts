import path from 'node:path';
import { EngineError, throwIfCancelled } from '../protocol/errors.ts';
import type { RunWarning } from '../protocol/run-record.ts';
import type { FilmCandidate } from './choose-film.ts';
import { chooseFilm, filmChosen, measureFilm } from './choose-film.ts';
import type { ContainerFacts } from './container-facts.ts';
import { filmStreams, onPlayersClock } from './container-facts.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { locateFfmpeg } from './ffmpeg.ts';
import { identifyVideo, identityOfStream } from './file-identity.ts';
import { hasFilmBehind } from './film-behind.ts';
import type { FirstFrame, OpenedFile } from './first-frame.ts';
import { decodeFirstFrame, openFile } from './first-frame.ts';
import type { FrameTable } from './frame-table.ts';
import { buildFrameTable } from './frame-table.ts';
import type { IsoOutline } from './iso-packets.ts';
import { listIsoPackets, readIsoOutline } from './iso-packets.ts';
import type { ListedPackets } from './listed-packets.ts';
import { joinable, listDecodedFrames, listPackets } from './listed-packets.ts';
import type { Video, VideoInput } from './video.ts';

/**
 * Finds out what a video file holds: its container and streams, which of them is the film, the frames that a person sees,
 * in presentation order, and how to reach them.
 * Only the first frame is decoded. Plain mp4 and mov files are listed from their index; all others by ffmpeg, which reads
 * them through once; those without presentation times, or with the same one several times, by decoding them.
 * @throws EngineError one of the VIDEO_ codes, ARGUMENT_INVALID where `videoStream` is none, FFMPEG_MISSING, FFMPEG_TOO_OLD, CANCELLED.
 */
export async function probeVideo(
  videoPath: string,
  options: {
    readonly signal?: AbortSignal | undefined;
    /** ffmpeg's number of the stream that is taken for the film; absent: the one that looks most like it. */
    readonly videoStream?: number | undefined;
  } = {},
): Promise<Video> {
  const { signal, videoStream } = options;
  throwIfCancelled(signal);
  const absolutePath = path.resolve(videoPath);
  const identity = await identifyVideo(absolutePath);
  const ffmpeg = await locateFfmpeg();
  const outline = await readIsoOutline(absolutePath);
  if (outline?.hasMovie === false) {
    throw new EngineError('VIDEO_TRUNCATED', `${absolutePath} has no index: it breaks off before its end.`);
  }
  const file: OpenVideo = { ffmpeg, path: absolutePath, signal };
  const film = videoStream === undefined ? await findFilm(file) : await filmAsked(file, videoStream);
  const { table, truncated, ...listed } = await listFrames(file, film, outline);
  const { brokenFirst, ...frames } = table;
  const warnings: RunWarning[] = [...film.warnings, ...listed.warnings];
  if (truncated) {
    const message = `${absolutePath} breaks off; what is there was used.`;
    warnings.push({ code: 'VIDEO_TRUNCATED', message });
  }
  if (brokenFirst > 0) {
    const message = `${absolutePath} begins with ${brokenFirst} of its pictures that cannot be decoded; the first one that can be is its first frame.`;
    warnings.push({ code: 'VIDEO_DECODE_FAILED', message });
  }
  const { facts, width, height } = film.first;
  // Of parts that are read as one nothing stands behind.
  const behind =
    listed.input.clock === 'own' &&
    (outline?.more === true || (await hasFilmBehind(absolutePath, facts.container, signal)));
  if (behind) {
    const message = `Another film stands behind the first one in ${absolutePath}, as where files were put behind one another; players do not show it, and neither is it read. ffmpeg's concat joins such files.`;
    warnings.push({ code: 'VIDEO_MORE_BEHIND', message });
  }
  return {
    path: absolutePath,
    identity: videoStream === undefined ? identity : identityOfStream(identity, videoStream),
    totalFrames: table.frameTimesSec.length,
    width,
    height,
    warnings,
    container: facts,
    input: listed.input,
    // Recordings that were joined begin at the first one's beginning.
    playerStartSec: listed.input.clock === 'joined' ? 0 : onPlayersClock(facts, table.seekIndex.startTimeSec),
    ...frames,
  };
}

interface OpenVideo {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
  readonly signal: AbortSignal | undefined;
}

/** The stream that is the film. */
interface Film {
  readonly stream: number;
  readonly first: FirstFrame;
  readonly warnings: readonly RunWarning[];
  /** Its packets, where they had to be listed to tell it from other streams. */
  readonly listed: ListedPackets | undefined;
}

/** Where there are several video streams, they are told apart by what they hold: flags are often wrong. */
async function findFilm(file: OpenVideo): Promise<Film> {
  const opened = await openFile(file.ffmpeg, file.path, file);
  const { facts } = opened;
  const streams = facts === undefined ? [] : filmStreams(facts);
  if (facts === undefined || streams.length < 2) return onlyFilm(opened);
  const videoStreams = streams.map(({ index }) => index);
  const { container } = facts;
  const options = { signal: file.signal, container, videoStreams, clock: 'own' } as const;
  const lists = await listPackets(file.ffmpeg, file.path, options);
  throwIfCancelled(file.signal);
  const candidates = streams.flatMap((stream): FilmCandidate[] => {
    const list = lists.get(stream.index);
    return list === undefined || list.packets.length === 0 ? [] : [measureFilm(stream, list)];
  });
  const chosen = chooseFilm(candidates);
  if (chosen === undefined) return onlyFilm(opened);
  const { index } = chosen.stream;
  const input: VideoInput = { videoStream: index, clock: 'own' };
  const first = await decodeFirstFrame(file.ffmpeg, file.path, { signal: file.signal, input });
  return {
    stream: index,
    first,
    listed: lists.get(index),
    warnings: [{ code: 'VIDEO_SEVERAL_STREAMS', message: filmChosen(chosen, candidates) }],
  };
}

/** The stream that somebody chose. */
async function filmAsked(file: OpenVideo, stream: number): Promise<Film> {
  const opened = await openFile(file.ffmpeg, file.path, file);
  if (opened.facts === undefined) throw opened.explain();
  const streams = filmStreams(opened.facts).map(({ index }) => index);
  if (!streams.includes(stream)) {
    throw new EngineError('ARGUMENT_INVALID', `Stream ${stream} of ${file.path} is no film.`, {
      remedy: `Its video streams: ${streams.join(', ') || 'none'}.`,
    });
  }
  const input: VideoInput = { videoStream: stream, clock: 'own' };
  const first = await decodeFirstFrame(file.ffmpeg, file.path, { signal: file.signal, input });
  return { stream, first, listed: undefined, warnings: [] };
}

function onlyFilm({ facts, frame, explain }: OpenedFile): Film {
  const [stream] = facts === undefined ? [] : filmStreams(facts);
  if (facts === undefined || frame === undefined || stream === undefined) throw explain();
  return { stream: stream.index, first: { ...frame, facts }, listed: undefined, warnings: [] };
}

/** The frames of a film, and how its file is read for them. */
interface ListedFrames {
  readonly table: FrameTable;
  readonly input: VideoInput;
  readonly truncated: boolean;
  readonly warnings: readonly RunWarning[];
}

/** Takes the first way of listing that agrees with the first decoded frame about the clock. */
async function listFrames(
  file: OpenVideo,
  film: Film,
  outline: IsoOutline | undefined,
): Promise<ListedFrames> {
  const { ffmpeg, signal } = file;
  const { facts, timeSec } = film.first;
  const own: VideoInput = { videoStream: film.stream, clock: 'own' };
  const indexed =
    outline?.movie && !outline.truncated && film.listed === undefined
      ? listIsoPackets(outline.movie)
      : undefined;
  const fromIndex = indexed && buildFrameTable(indexed, timeSec);
  if (fromIndex) return { table: fromIndex, input: own, truncated: false, warnings: [] };

  let listed = film.listed ?? (await listOne(file, facts, own));
  const truncated = outline?.truncated === true || listed.truncated === true;
  let input = own;
  let firstSec = timeSec;
  const warnings: RunWarning[] = [];
  if (listed.clockJumps) {
    input = { ...own, clock: 'joined' };
    const first = await decodeFirstFrame(ffmpeg, file.path, { signal, input });
    firstSec = first.timeSec;
    listed = await listOne(file, facts, input);
    // Of containers that recordings are not joined in, ffmpeg leaves the times as they are.
    const evenRate = listed.clockJumps ? rateText(filmRate(film)) : undefined;
    const spaced =
      evenRate === undefined ? '' : `; frames are taken as evenly spaced, ${evenRate} frames a second`;
    warnings.push({
      code: 'VIDEO_CLOCK_JUMPS',
      message: `The clock of ${file.path} jumps, as where recordings are put behind one another: they are taken in the order of the file, each from where the one before ends${spaced}.`,
    });
    // In other containers than streams, not all that stands behind the first part decodes, nor is all of it a picture.
    if (evenRate !== undefined || !joinable.test(facts.container)) {
      input = { ...input, evenRate };
      const even = await decodeFirstFrame(ffmpeg, file.path, { signal, input });
      const frames = await listDecodedFrames(ffmpeg, file.path, { signal, input });
      throwIfCancelled(signal);
      const table = buildFrameTable(frames, even.timeSec);
      const read = frames.packets.length;
      if (read < listed.packets.length || outline?.more === true) {
        const message = `The parts of ${file.path} were put behind one another in a container that is not made for that: ${read} pictures can be read, others may be missing. ffmpeg's concat joins such files.`;
        warnings.push({ code: 'VIDEO_MORE_BEHIND', message });
      }
      if (table !== undefined) return { table, input, truncated, warnings };
    }
  }
  const fromPackets = buildFrameTable(listed, firstSec);
  if (fromPackets) return { table: fromPackets, input, truncated, warnings };

  const packets = listed.packets.length > 0 ? listed : undefined;
  const decoded = await listDecodedFrames(ffmpeg, file.path, { signal, input, packets });
  throwIfCancelled(signal);
  const fromFrames = buildFrameTable(decoded, firstSec);
  if (fromFrames) return { table: fromFrames, input, truncated, warnings };
  throw new EngineError('VIDEO_DECODE_FAILED', `The frames of ${file.path} cannot be put in order.`);
}

const usualRate = 25;

function filmRate({ stream, first }: Film): number {
  return filmStreams(first.facts).find(({ index }) => index === stream)?.fps ?? usualRate;
}

/** A rate that was printed with two decimals, as the one that is meant: whole, or 1000/1001 of a whole one. */
function rateText(fps: number): string {
  const whole = Math.round(fps * 1.001);
  return Math.abs(fps - Math.round(fps)) < 0.005
    ? String(Math.round(fps))
    : Math.abs(fps - (whole * 1000) / 1001) < 0.01
      ? `${whole * 1000}/1001`
      : String(fps);
}

async function listOne(file: OpenVideo, facts: ContainerFacts, input: VideoInput): Promise<ListedPackets> {
  const { videoStream, clock } = input;
  const options = { signal: file.signal, container: facts.container, videoStreams: [videoStream], clock };
  const listed = (await listPackets(file.ffmpeg, file.path, options)).get(videoStream);
  throwIfCancelled(file.signal);
  if (listed === undefined) throw new EngineError('INTERNAL', `Stream ${videoStream} was not listed.`);
  return listed;
}
