import type { TowerFrame } from '../../architectures/vision-language-model.ts';
import type { FrameSize, Video } from '../../media/video.ts';
import type { Role } from '../../protocol/roles.ts';
import type { Speed } from '../../protocol/search-request.ts';
import type { FrameRegion } from '../shown/clip.ts';

/** Frames shown to a role, as pairs: 2k and 2k + 1 of the sampled frames are one temporal patch. */
export interface FramePairs {
  readonly video: Video;
  readonly role: Role;
  /** Sampled frames, ascending, an even number of them; short clips may repeat one. */
  readonly frameIndices: readonly number[];
  /** As the vision tower is fed. */
  readonly size: FrameSize;
  /** As the reader sized them before, where that is another size. */
  readonly readerSize?: FrameSize | undefined;
  /** The part of the frames as read that the tower is fed; absent: all. */
  readonly region?: FrameRegion | undefined;
  /** At `fast`, features of a pair that it is like may stand for those of a pair; absent: `exact`. */
  readonly speed?: Speed | undefined;
}

/** Reads frames in the size that the tower is fed: ascending indices, each once. */
export type FrameReader = (frameIndices: readonly number[]) => AsyncIterable<TowerFrame>;

/** What loading features needs besides the frames' names. */
export interface FeatureWork {
  readonly readFrames: FrameReader;
  /** Pairs from this one on are needed; those before it are in a kept prefix. */
  readonly firstPair: number;
  /** Given every frame that is shown, when they are saved: then all of them are decoded. */
  readonly saveFrame?: ((frame: TowerFrame) => Promise<void>) | undefined;
  readonly onProgress: (donePairs: number, totalPairs: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** Also puts on the disk what is in memory alone: it may have been emptied. */
  readonly persists?: boolean;
  /** Told of each run of the tower. */
  readonly onEncoded?: (seconds: number) => void;
  /** False where frames stood in for others: then nothing of it outlives the run. */
  readonly isSound?: () => boolean;
}
