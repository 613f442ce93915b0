import type { Chapter } from '../../../native-models/media/chapters.ts';
import { chaptersOfFilm, warnOfChapters } from '../../../native-models/media/chapters.ts';
import { isDropFrame } from '../../../native-models/media/container-facts.ts';
import type { StreamFacts } from '../../../native-models/media/container-facts.ts';
import { probeVideo } from '../../../native-models/media/probe.ts';
import type { RunWarning } from '../../../native-models/protocol/run-record.ts';
import { filmOf, playedFile } from './playback.ts';

/** What a video file holds, as the command line tells it (command-line contract, `probe`). */
export interface VideoDescription {
  readonly path: string;
  /** ffmpeg's names of it. */
  readonly container: string;
  /** Start of the first to end of the last frame. */
  readonly durationSec: number;
  /** Where the first frame lies on the player's clock. */
  readonly startSec: number;
  readonly fps: number;
  readonly totalFrames: number;
  /** True where frames are not evenly spaced. */
  readonly variableFrameRate: boolean;
  /** Upright, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Degrees that the stored picture is turned clockwise for it: 0, 90, 180 or 270. */
  readonly rotation: number;
  readonly streams: readonly StreamDescription[];
  /** Index of the stream that is used. */
  readonly videoStream: number;
  /** Where its frame numbers begin in the edit that it came from; `fps` is what its frames count by. */
  readonly timecode?: { readonly start: string; readonly dropFrame: boolean; readonly fps: number };
  /** As its container names them, on the player's clock; absent where it has none. */
  readonly chapters?: readonly Chapter[];
  /** Of each frame its presentation time on the player's clock, in seconds. */
  readonly frameTimesSec?: readonly number[];
  readonly warnings: readonly RunWarning[];
}

/** One stream of a file. */
export type StreamDescription = Pick<
  StreamFacts,
  'index' | 'kind' | 'codec' | 'language' | 'default' | 'attachedPicture'
>;

/**
 * Reads a video file as the app and the model do.
 * @throws EngineError as `probeVideo`.
 */
export async function describeVideo(
  videoPath: string,
  {
    frames = false,
    ...options
  }: {
    readonly frames?: boolean;
    readonly signal?: AbortSignal | undefined;
    /** The stream that is looked at; absent: the one that looks most like the film. */
    readonly videoStream?: number | undefined;
  },
): Promise<VideoDescription> {
  const video = await probeVideo(videoPath, options);
  const file = playedFile(video);
  const { container, streams, timecode, chapters: listed = [] } = file.facts;
  const startSec = video.playerStartSec ?? 0;
  const firstFrameSec = video.seekIndex?.startTimeSec ?? 0;
  const film = { ...video, startSec: firstFrameSec };
  const chapters = chaptersOfFilm(listed, film);
  return {
    path: video.path,
    container,
    durationSec: video.durationSec,
    startSec,
    fps: video.fps,
    totalFrames: video.totalFrames,
    variableFrameRate: !video.constantRate,
    width: video.width,
    height: video.height,
    rotation: filmOf(file)?.rotation ?? 0,
    streams: streams.map(({ index, kind, codec, language, default: isDefault, attachedPicture }) => ({
      index,
      kind,
      codec,
      ...(language !== undefined && { language }),
      default: isDefault,
      attachedPicture,
    })),
    videoStream: file.input.videoStream,
    ...(timecode !== undefined && {
      timecode: { start: timecode, dropFrame: isDropFrame(timecode), fps: video.fps },
    }),
    ...(chapters.length > 0 && {
      chapters: chapters.map((chapter) => ({
        ...chapter,
        startSec: startSec + chapter.startSec,
        endSec: startSec + chapter.endSec,
      })),
    }),
    ...(frames && { frameTimesSec: Array.from(video.frameTimesSec, (timeSec) => startSec + timeSec) }),
    warnings: [...video.warnings, ...warnOfChapters(listed, film)],
  };
}
