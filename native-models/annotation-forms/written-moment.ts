import type { provenances, reviewStates } from './found-moment.ts';
import type { PictureRegion } from '../protocol/picture-region.ts';
import type { SourceTimecode } from './times/timecode.ts';

/** One moment as forms are written: an annotation, or what a run chose. */
export interface ExportedMoment {
  /** Seconds from the video's first frame. */
  readonly startSec: number;
  readonly endSec: number;
  /** What is to be seen in it. */
  readonly text: string;
  /** Name of its label; empty without one. */
  readonly label: string;
  readonly note: string;
  readonly provenance: (typeof provenances)[number];
  readonly state: (typeof reviewStates)[number];
  readonly confidence?: number | undefined;
  readonly verifierScore?: number | undefined;
  /** What is told of it, by the names of its label's attributes. */
  readonly attributes?: Readonly<Record<string, string | number>> | undefined;
  /** Where in the picture it is; absent: all of it. */
  readonly region?: PictureRegion | undefined;
  /** Name of the file that it was imported from. */
  readonly source?: string | undefined;
  /** Name of the track that it is on. */
  readonly track?: string | undefined;
  /** The question, the model and the run (its id) that it was found by. */
  readonly question?: string | undefined;
  readonly model?: string | undefined;
  readonly run?: string | undefined;
  /** The answer that it proves. */
  readonly answer?: string | undefined;
  readonly id: string;
}

/** A video as forms name it. */
export interface WrittenVideo {
  readonly id: string;
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  readonly picture?:
    | {
        readonly durationSec: number;
        readonly fps: number;
        readonly totalFrames: number;
        readonly width: number;
        readonly height: number;
        readonly variableFrameRate: boolean;
        /** Time of the first frame on a player's clock. */
        readonly mediaStartSec: number;
        readonly timecode?: SourceTimecode | undefined;
      }
    | undefined;
}

/** The moments of one video, by their start. */
export interface VideoMoments {
  readonly video: WrittenVideo;
  readonly moments: readonly ExportedMoment[];
}
