import type { LibraryVideo } from '../../electron/host/contract/library.ts';
import type { Moment } from '../../native-models/protocol/run-record.ts';

/** Facts of the picture that the player lives by. */
export type Picture = NonNullable<LibraryVideo['picture']>;

/** Why a video is not shown. */
export interface PlaybackProblem {
  /** `unsupported`: the browser knows no such codec or container; `decode`: it began and failed; `network`: no bytes came. */
  readonly kind: 'unsupported' | 'decode' | 'network';
  readonly detail: string;
}

/** Speeds that the shuttle keys go through, both ways. */
export const shuttleSpeeds = [1, 2, 4, 8, 16] as const;
/** Speeds that are offered. */
export const playbackSpeeds = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 4] as const;

/** What the player shows and does. Times are presentation seconds. */
export interface PlayerState {
  readonly videoId: string | undefined;
  readonly picture: Picture | undefined;
  /** Of the picture as it is shown, in pixels: turned and stretched as the file says; absent before the first frame. */
  readonly shownSize: { readonly width: number; readonly height: number } | undefined;
  readonly phase: 'empty' | 'loading' | 'ready' | 'failed';
  readonly problem: PlaybackProblem | undefined;
  /** Of the frame that is really shown (as soon as its times are known: when it begins). */
  readonly timeSec: number;
  /** Number of that frame, 0-based; `frameExact` is false while it is only reckoned from the average frame rate. */
  readonly frameIndex: number;
  readonly frameExact: boolean;
  /** Where a seek that is under way goes to. */
  readonly wantedSec: number | undefined;
  readonly playing: boolean;
  /** Of playing now; below 0 it goes backwards. */
  readonly rate: number;
  /** The speed that a person chose for playing forwards. */
  readonly speed: number;
  readonly markInSec: number | undefined;
  readonly markOutSec: number | undefined;
  /** Played over and over, or, with `once`, to its end. */
  readonly span: (Moment & { readonly once: boolean }) | undefined;
  readonly volume: number;
  readonly muted: boolean;
  /** Id of the subtitles shown. */
  readonly subtitlesId: string | undefined;
}

/** Before any video. */
export const emptyPlayer: PlayerState = {
  videoId: undefined,
  picture: undefined,
  shownSize: undefined,
  phase: 'empty',
  problem: undefined,
  timeSec: 0,
  frameIndex: 0,
  frameExact: false,
  wantedSec: undefined,
  playing: false,
  rate: 1,
  speed: 1,
  markInSec: undefined,
  markOutSec: undefined,
  span: undefined,
  volume: 1,
  muted: false,
  subtitlesId: undefined,
};

/**
 * Where a person is: where the last command went to, also while the seek is under way, so that keys that come faster than
 * pictures mean what they meant.
 */
export function commandedSec({ wantedSec, timeSec }: PlayerState): number {
  return wantedSec ?? timeSec;
}

/** Another video: what belonged to the last one goes, what a person prefers stays. */
export function withVideo(state: PlayerState, videoId: string, picture: Picture | undefined): PlayerState {
  const { speed, volume, muted } = state;
  return {
    ...emptyPlayer,
    videoId,
    picture,
    phase: picture ? 'loading' : 'empty',
    speed,
    rate: speed,
    volume,
    muted,
  };
}

/** The next rate when a shuttle key (L forwards, J backwards) is pressed. */
export function shuttled(state: PlayerState, direction: 1 | -1): number {
  const first = direction === 1 ? state.speed : -1;
  if (!state.playing || Math.sign(state.rate) !== direction) return first;
  const faster = shuttleSpeeds.find((speed) => speed > Math.abs(state.rate));
  return direction * (faster ?? Math.abs(state.rate));
}

/** Sets the one mark; the other one goes when it would come to lie on the wrong side. */
export function withMark(state: PlayerState, mark: 'in' | 'out', atSec: number): PlayerState {
  if (mark === 'in') {
    const outSec = state.markOutSec;
    return {
      ...state,
      markInSec: atSec,
      markOutSec: outSec !== undefined && outSec > atSec ? outSec : undefined,
    };
  }
  const inSec = state.markInSec;
  return { ...state, markOutSec: atSec, markInSec: inSec !== undefined && inSec < atSec ? inSec : undefined };
}

/** The marked moment, when both marks are set. */
export function markedMoment(state: PlayerState): Moment | undefined {
  const { markInSec, markOutSec } = state;
  if (markInSec === undefined || markOutSec === undefined) return undefined;
  return { startSec: markInSec, endSec: markOutSec };
}

/** The next speed that is offered, up or down. */
export function nextSpeed(speed: number, direction: 1 | -1): number {
  const next =
    direction === 1
      ? playbackSpeeds.find((each) => each > speed + 1e-9)
      : playbackSpeeds.findLast((each) => each < speed - 1e-9);
  return next ?? speed;
}
