import type { LibraryVideo } from './contract/library.ts';
import type { SubtitlesDescription } from './videos/describe-subtitles.ts';

/** What a file of the library turned out to be. */
export interface ProbedVideo {
  readonly picture: NonNullable<LibraryVideo['picture']>;
  /** Whether browsers play the file as it is; `impossible`: not even a copy can be made. */
  readonly playback: 'direct' | 'proxy-needed' | 'impossible';
  /** Subtitles inside the file that can be read as text. */
  readonly subtitleTracks: readonly SubtitleTrack[];
}

/** Subtitles inside a video. */
export interface SubtitleTrack {
  /** Among the file's subtitles, from 0. */
  readonly index: number;
  readonly label: string;
}

/** Subtitles inside a video, as a file of their own. */
export interface SubtitlesRequest {
  readonly videoPath: string;
  readonly track: number;
  /** WebVTT; written whole or not at all; its folder is there. */
  readonly outputPath: string;
}

/** A copy of a video that browsers play. */
export interface ProxyRequest {
  readonly videoPath: string;
  /** Written whole or not at all (temporary name, flushed, renamed); its folder is there. */
  readonly outputPath: string;
}

/** A moment of a video as a file of its own. */
export interface ClipRequest {
  readonly videoPath: string;
  /** Presentation seconds. */
  readonly startSec: number;
  readonly endSec: number;
  /** Written whole or not at all; the ending says which container. */
  readonly outputPath: string;
  /** `encode`: exact edges; `copy`: begins at the keyframe before. */
  readonly mode: 'copy' | 'encode';
}

/** How long work with a video is watched and stopped. */
export interface VideoWork {
  /** Seconds of the video that are done, and all of them (0: not known). */
  readonly onProgress?: (doneSec: number, totalSec: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** How a file is found out about. */
export interface ProbeWork {
  /**
   * Told at once of a file that must be read through to count its frames, what its container says of it; only where
   * browsers play the file as it is.
   */
  readonly onEstimate?: (estimate: ProbedVideo) => void;
  readonly signal?: AbortSignal | undefined;
}

/** All that the host does with the content of videos, over ffmpeg. Paths are absolute. */
export interface VideosService {
  /** @throws EngineError a VIDEO_ code, FFMPEG_MISSING, FFMPEG_TOO_OLD, CANCELLED. */
  probe(videoPath: string, work?: ProbeWork): Promise<ProbedVideo>;
  /** Frames from the one shown at `startSec` to the one shown at `endSec`, ascending; clamped to the video. */
  frameTimes(
    videoPath: string,
    range: { readonly startSec: number; readonly endSec: number },
    work?: VideoWork,
  ): Promise<{ readonly firstFrameIndex: number; readonly timesSec: number[] }>;
  /** Presentation time at which each of these frames begins; indices count as in a run's trace. */
  timesOfFrames(videoPath: string, frameIndices: readonly number[], work?: VideoWork): Promise<number[]>;
  /** What a file of subtitles holds. @throws EngineError SUBTITLES_INVALID, ARGUMENT_INVALID for an unknown encoding */
  describeSubtitles(subtitlesPath: string, encoding?: string): Promise<SubtitlesDescription>;
  /** Its lines in presentation seconds of a video whose first picture lies there on a player's clock. @throws EngineError SUBTITLES_INVALID */
  subtitleLines(
    file: { readonly path: string; readonly encoding?: string | undefined },
    playerStartSec?: number,
  ): Promise<readonly { readonly startSec: number; readonly endSec: number; readonly text: string }[]>;
  /** @throws EngineError SUBTITLES_INVALID for a track without text, else as `makeProxy`. */
  extractSubtitles(request: SubtitlesRequest, work?: VideoWork): Promise<void>;
  /** @throws EngineError as `probe`; DISK_FULL, OUTPUT_UNWRITABLE. */
  makeProxy(request: ProxyRequest, work?: VideoWork): Promise<void>;
  /** @throws EngineError as `makeProxy`. */
  cutClip(request: ClipRequest, work?: VideoWork): Promise<void>;
  /** The same for every copy of a file, wherever it lies. @throws EngineError VIDEO_NOT_FOUND, VIDEO_UNREADABLE. */
  contentId(videoPath: string): Promise<string>;
  /** From now on this stream of the file is its film; undefined: the one that looks most like it. */
  chooseStream(videoPath: string, videoStream: number | undefined): void;
  /** Forgets what was kept of a file: it may have changed. */
  forget(videoPath: string): void;
}
