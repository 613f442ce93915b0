import type { LoadedModel } from '../checkpoints/loaded-model.ts';
import type { Frame, FrameSize, Video } from '../media/video.ts';
import type { AskRequest } from '../protocol/ask-request.ts';
import type { Speaker } from '../protocol/roles.ts';
import type { RunWarning } from '../protocol/run-record.ts';
import type { PrefixCache } from './caches/prefix-cache.ts';
import type { RunJournal } from './run-journal.ts';
import type { Bounds } from './shown/spans.ts';
import type { SubtitlesFile } from '../media/subtitles/read-subtitles.ts';
import type { VisionFeatures } from './caches/vision-features.ts';

/** Where videos are read; the media folder's functions, or stand-ins in tests. */
export interface VideoReader {
  readonly probe: (
    path: string,
    options: { readonly signal?: AbortSignal | undefined; readonly videoStream?: number | undefined },
  ) => Promise<Video>;
  /** Decodes frames at a size: ascending indices, each once. */
  readonly readFrames: (
    video: Video,
    frameIndices: readonly number[],
    size: FrameSize,
    options: {
      readonly signal?: AbortSignal | undefined;
      readonly onWarning?: (warning: RunWarning) => void;
    },
  ) => AsyncIterable<Frame>;
  readonly readSubtitles: (
    path: string,
    options: { readonly encoding?: string | undefined },
  ) => Promise<SubtitlesFile>;
}

/** A loaded model with what is kept of its work between questions. */
export interface Workspace {
  readonly model: LoadedModel;
  readonly visionFeatures: VisionFeatures;
  readonly prefixes: PrefixCache;
}

/** What a question needs, with a video or without. */
export interface TextRun extends Workspace {
  readonly request: AskRequest;
  readonly reader: VideoReader;
  readonly journal: RunJournal;
  readonly signal: AbortSignal | undefined;
}

/** Everything that those who speak in one run share. */
export interface Run extends TextRun {
  /** Aborted when the run is to go on with what it has found up to now. */
  readonly settle?: AbortSignal | undefined;
  /** Who speaks. */
  readonly roles: readonly Speaker[];
  readonly video: Video;
  /** The part of the video that is looked at, in seconds of presentation: all of it, or the range asked about. */
  readonly bounds: Bounds;
}
