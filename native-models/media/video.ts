import type { RunWarning } from '../protocol/run-record.ts';
import type { ContainerFacts } from './container-facts.ts';

/** What is known of a video after probing, without decoding it. */
export interface Video {
  readonly path: string;
  /** Content key for caches: changes whenever the file's content does. */
  readonly identity: string;
  /** Container's average frame rate: frames ÷ duration of the video stream. */
  readonly fps: number;
  /** Frames that a person sees: presentation order, frames hidden by an edit list not counted. */
  readonly totalFrames: number;
  /** Upright size in pixels (rotation metadata applied, square pixels not assumed). */
  readonly width: number;
  readonly height: number;
  /** Presentation time, start of the first to end of the last frame. */
  readonly durationSec: number;
  /** Start of each frame in seconds, counted from the first frame's; ascending, length totalFrames. */
  readonly frameTimesSec: Float64Array;
  /** True when all frames are equally long (to a tick of the container's clock). */
  readonly constantRate: boolean;
  readonly warnings: readonly RunWarning[];
  /** What else the file holds; absent for videos that were not opened by probing. */
  readonly container?: ContainerFacts;
  /** How the file is read; absent for videos that were not opened by probing: as it comes. */
  readonly input?: VideoInput;
  /** Where the first frame lies on the clock of players, and of side-car subtitles; absent: at 0. */
  readonly playerStartSec?: number;
  /** Where decoding may start; absent for videos that were not opened by probing: then only at the beginning. */
  readonly seekIndex?: SeekIndex;
}

/** How ffmpeg is to read a file. */
export interface VideoInput {
  /** ffmpeg's number of the stream that is the film. */
  readonly videoStream: number;
  /**
   * `own`: times are the container's. `joined`: recordings were put behind one another and their clocks jump, so time
   * runs on from each to the next, as in players; such a file is read from its beginning alone.
   */
  readonly clock: 'own' | 'joined';
  /**
   * Frames a second, as ffmpeg reads them (`30000/1001`), of joined recordings whose times say nothing, since their
   * container was not made for joining: frames are taken as evenly spaced.
   */
  readonly evenRate?: string | undefined;
}

/** How frames are found in the file. */
export interface SeekIndex {
  /** Start of frame 0 on the container's clock (or that of joined recordings), in seconds. */
  readonly startTimeSec: number;
  /**
   * Times of the frames as the decoder tells them, counted from frame 0's; set where several have the same one, which
   * `frameTimesSec` spreads. Ascending, length totalFrames.
   */
  readonly decodedTimesSec?: Float64Array;
  /** Frames from which decoding can start, ascending; the first is 0. */
  readonly keyFrames: readonly number[];
  /** For each key frame the container time to seek to; undefined: start at the beginning of the file. */
  readonly seekTimesSec: readonly (number | undefined)[];
  /** Set for H.264 in mp4 and mov: where the coded frames lie. */
  readonly avc?: AvcFrames;
}

/** Where the H.264 pictures of a file lie. */
export interface AvcFrames {
  /** Of each frame, in presentation order, the byte at which it starts. */
  readonly offsets: Float64Array;
  /** Of each frame, how many bytes it has. */
  readonly sizes: Uint32Array;
  /** How many bytes tell the length of each of its NAL units. */
  readonly lengthBytes: number;
}

/** Size of frames in pixels. */
export interface FrameSize {
  readonly height: number;
  readonly width: number;
}

/** One decoded frame, upright, resized: RGB, 8 bits, (height, width, 3) row-major. */
export interface Frame {
  readonly frameIndex: number;
  readonly rgb: Uint8Array;
}
