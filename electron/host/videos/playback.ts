import type { ContainerFacts, StreamFacts } from '../../../native-models/media/container-facts.ts';
import { filmStreams, onPlayersClock } from '../../../native-models/media/container-facts.ts';
import type { Video, VideoInput } from '../../../native-models/media/video.ts';
import { EngineError } from '../../../native-models/protocol/errors.ts';

/** Containers that Chromium opens, by ffmpeg's names. */
const containers = /^(mov|matroska)/;

/** Video codecs that Chromium (with the codecs that Electron carries) decodes, with the pixel formats it shows. */
const videoCodecs: Readonly<Record<string, readonly string[]>> = {
  h264: ['yuv420p', 'yuvj420p'],
  vp8: ['yuv420p'],
  vp9: ['yuv420p', 'yuv420p10le'],
  av1: ['yuv420p', 'yuv420p10le'],
};

const audioCodecs = new Set(['aac', 'mp3', 'opus', 'vorbis', 'flac', 'pcm_s16le']);

/** A file as it was opened: its container, and how its film is read. */
export interface PlayedFile {
  readonly facts: ContainerFacts;
  readonly input: VideoInput;
}

/** What a probed video tells of its file. */
export function playedFile({ container, input, path }: Video): PlayedFile {
  if (container === undefined || input === undefined) {
    throw new EngineError('INTERNAL', `${path} was not opened by probing.`);
  }
  return { facts: container, input };
}

/** The stream that is the film. */
export function filmOf({ facts, input }: PlayedFile): StreamFacts | undefined {
  return facts.streams.find(({ index }) => index === input.videoStream);
}

/** True when Chromium plays these pictures as they are: it shows the first video stream of a file. */
export function browsersShow(file: PlayedFile): boolean {
  const film = filmOf(file);
  const [shown] = filmStreams(file.facts);
  return (
    film !== undefined &&
    film.index === shown?.index &&
    videoCodecs[film.codec]?.includes(film.pixelFormat ?? '') === true
  );
}

/**
 * Where the first frame (given on the container's clock) lies on the clock of a browser's media element. Chromium plays a
 * file on the container's own clock, whatever that starts with; a copy starts with the earliest of its streams, as
 * recordings of broadcasts may start at hours.
 */
export function mediaStartSec(firstFrameSec: number, file: PlayedFile): number {
  if (file.input.clock === 'joined') return 0;
  if (browsersPlay(firstFrameSec, file)) return firstFrameSec;
  return onPlayersClock({ ...file.facts, container: 'a copy' }, firstFrameSec);
}

/**
 * True when Chromium plays the file: its container, its pictures, and its first audio. Where it would drop the sound
 * (AC-3, DTS) it does not: a person would take the silence for the video's. What starts before zero would lose frames.
 */
export function browsersPlay(firstFrameSec: number, file: PlayedFile): boolean {
  const audio = file.facts.streams.find(({ kind }) => kind === 'audio');
  return (
    firstFrameSec >= 0 &&
    file.input.clock === 'own' &&
    containers.test(file.facts.container) &&
    browsersShow(file) &&
    (audio === undefined || audioCodecs.has(audio.codec))
  );
}
