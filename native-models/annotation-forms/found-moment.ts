import type { PictureRegion } from '../protocol/picture-region.ts';
import type { WrittenTime } from './times/parse-time.ts';
import type { SourceTimecode } from './times/timecode.ts';

export const provenances = ['model', 'human', 'imported', 'edited'] as const;
export const reviewStates = ['open', 'accepted', 'rejected'] as const;

/** A video as a file names it, with what the file's times lie before its own by. */
export interface VideoReference {
  /** Name, path, address or id. */
  readonly name: string;
  /** Added to a time of the file to get the video's. */
  readonly offsetSec?: number | undefined;
}

/** A moment as a file writes it, before its video is known. */
export interface FoundMoment {
  /** Where it stands, in words for people ("line 3"). */
  readonly place: string;
  /** Names of its one video, the likeliest first; empty where the file is about one video and does not say which. */
  readonly videos: readonly VideoReference[];
  /** Absent: from the video's beginning. */
  readonly start: WrittenTime | undefined;
  /** Absent: to the video's end. `after`: so much later than it starts. */
  readonly end: WrittenTime | { readonly after: WrittenTime } | undefined;
  readonly text: string;
  readonly label: string;
  readonly note: string;
  readonly state: (typeof reviewStates)[number];
  /** What the file says of it; the store keeps it as imported all the same. */
  readonly provenance?: (typeof provenances)[number] | undefined;
  /** Where in the picture it is; absent: all of it, or not to be told. */
  readonly region?: PictureRegion | undefined;
  /** Times are those of a player, which may begin before the first frame. */
  readonly onPlayersClock?: boolean;
  /** What frames count by where neither file nor video nor person says; `why` names whose habit it is. */
  readonly usualFps?: { readonly fps: number; readonly why: string } | undefined;
}

/** What is known of a video that moments may be about. */
export interface KnownVideo {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  /** Absent until it has been looked at. */
  readonly picture?:
    | {
        readonly durationSec: number;
        readonly fps: number;
        /** Time of the first frame on a player's clock. */
        readonly mediaStartSec: number;
        readonly timecode?: SourceTimecode | undefined;
      }
    | undefined;
}

/** A moment of a file with its times in seconds from the video's first frame. */
export interface ReadMoment {
  readonly place: string;
  /** Name of its video: the known one's, else as the file has it. */
  readonly video?: string | undefined;
  /** The known video that it is about. */
  readonly videoId?: string | undefined;
  readonly startSec: number;
  readonly endSec: number;
  readonly text: string;
  readonly label: string;
  readonly note: string;
  readonly state: (typeof reviewStates)[number];
  readonly provenance?: (typeof provenances)[number] | undefined;
  readonly region?: PictureRegion | undefined;
}
