import type { LoadedModel } from '../checkpoints/loaded-model.ts';
import type { Frame, FrameSize, Video } from '../media/video.ts';
import type { AskRequest } from '../protocol/ask-request.ts';
import type { Role } from '../protocol/roles.ts';
import type { RunWarning } from '../protocol/run-record.ts';
import type { PrefixCache } from './caches/prefix-cache.ts';
import type { RunJournal } from './run-journal.ts';
import type { Bounds } from './shown/spans.ts';
import type { Subtitle } from '../media/subtitles.ts';
import type { VisionFeatures } from './caches/vision-features.ts';

/** Where videos are read; the media folder's functions, or stand-ins in tests. */
export interface VideoReader {
  readonly probe: (path: string, options: { readonly signal?: AbortSignal | undefined }) => Promise<Video>;
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
  readonly readSubtitles: (path: string) => Promise<readonly Subtitle[]>;
}

/** Everything that the roles of one run share. */
export interface Run {
  readonly model: LoadedModel;
  readonly request: AskRequest;
  /** The roles that run. */
  readonly roles: readonly Role[];
  readonly video: Video;
  /** The part of the video that the chain sees, in seconds of presentation: all of it, or the range asked about. */
  readonly bounds: Bounds;
  readonly visionFeatures: VisionFeatures;
  readonly prefixes: PrefixCache;
  readonly reader: VideoReader;
  readonly journal: RunJournal;
  readonly signal: AbortSignal | undefined;
}
