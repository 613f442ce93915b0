import { createStore, type StoreApi } from 'zustand/vanilla';
import type { LibraryVideo } from '../../electron/host/contract/library.ts';
import type { Moment } from '../../native-models/protocol/run-record.ts';
import { seekTargetSec, type Frame, type FrameWindow } from './frame-table.ts';
import { createFrameTimes, type FrameTimes } from './frame-times.ts';
import { MediaDriver, type MediaElement } from './media-driver.ts';
import {
  commandedSec,
  emptyPlayer,
  markedMoment,
  nextSpeed,
  shuttled,
  withMark,
  withVideo,
  type PlaybackProblem,
  type PlayerState,
} from './player-state.ts';
import { ReversePlay } from './reverse-play.ts';

/** Everything that can be done with the player. Times are presentation seconds. */
export interface PlayerActions {
  /** Shows another video (or the same one with new facts); undefined: none. */
  readonly open: (video: LibraryVideo | undefined) => void;
  /** Plays the media in this element; returns how to let go of it. */
  readonly attach: (element: MediaElement) => () => void;
  readonly play: () => void;
  readonly pause: () => void;
  readonly togglePlay: () => void;
  /** Shows the frame that is shown at this time. */
  readonly seekToSec: (timeSec: number) => void;
  /** Shows the frame of this number, 0-based. */
  readonly seekToFrame: (frameIndex: number) => void;
  readonly stepFrames: (frames: number) => void;
  /** L (1) and J (-1): plays, and faster with each press. */
  readonly shuttle: (direction: 1 | -1) => void;
  readonly setSpeed: (speed: number) => void;
  readonly changeSpeed: (direction: 1 | -1) => void;
  /** Marks the beginning of the frame that was gone to last (in) or its end (out), be it shown yet or not. */
  readonly mark: (which: 'in' | 'out') => void;
  readonly clearMarks: () => void;
  /** Plays a moment, over and over unless `once`. */
  readonly playMoment: (moment: Moment, options?: { readonly once?: boolean }) => void;
  /** Loops what is marked, or ends looping. */
  readonly toggleLoop: () => void;
  readonly stopLoop: () => void;
  readonly setVolume: (volume: number) => void;
  readonly toggleMuted: () => void;
  readonly showSubtitles: (id: string | undefined) => void;
}

/** The player: its state, what can be done, and the frame times of its video. */
export interface PlayerStore extends StoreApi<PlayerState> {
  readonly actions: PlayerActions;
  /** Of the video that is open. */
  frameTimes(): FrameTimes | undefined;
  /** Where the frame begins (in) or ends (out) that was gone to last, be it shown yet or not. */
  edgeHereSec(which: 'in' | 'out'): number | undefined;
}

/** What the player needs from outside. */
export interface PlayerOptions {
  /** `videosFrameTimes` of the host. */
  readonly fetchFrames: (videoId: string, startSec: number, endSec: number) => Promise<FrameWindow>;
  /** Where a video was left, in presentation seconds; undefined: nowhere, it begins at its first frame. */
  readonly leftAtSec?: (videoId: string) => number | undefined;
}

/** What is to be shown: its frame where that is known, else its time, and its number where it was asked for by it. */
interface Intent {
  readonly frame?: Frame;
  readonly timeSec: number;
  readonly index?: number;
}

/** The times of the media's frames are whole microseconds: a frame may seem to begin a little before it does. */
const mediaRoundingSec = 0.0005;
const mediaErrorDecode = 3;
const mediaErrorUnsupported = 4;

/** A player without an element or a video. */
export function createPlayerStore(options: PlayerOptions): PlayerStore {
  const store = createStore<PlayerState>(() => emptyPlayer);
  const { getState: get, setState: set } = store;
  let frames: FrameTimes | undefined;
  let driver: MediaDriver | undefined;
  /** The frame or time that is to be shown; a newer wish makes the older one stale. */
  let intent: Intent | undefined;
  const reverse = new ReversePlay((timeSec) => showAt(timeSec));

  const mediaStart = () => get().picture?.mediaStartSec ?? 0;
  const duration = () => get().picture?.durationSec ?? 0;
  const clamp = (timeSec: number) => Math.min(Math.max(0, timeSec), duration());

  function showFrame(frame: Frame): void {
    intent = { frame, timeSec: frame.timeSec };
    set({ wantedSec: frame.timeSec });
    driver?.seek(mediaStart() + seekTargetSec(frame));
  }

  /** Shows what is shown at a time; sought again where its frame turns out to be another one than thought. */
  function showAt(wantedSec: number): void {
    const timeSec = clamp(wantedSec);
    const known = frames?.frameAt(timeSec);
    if (known) {
      showFrame(known);
      return;
    }
    const mine: Intent = { timeSec };
    intent = mine;
    set({ wantedSec: timeSec });
    driver?.seek(mediaStart() + timeSec + mediaRoundingSec);
    frames?.loadAt(timeSec).then(
      (frame) => {
        if (intent === mine) showFrame(frame);
      },
      // Without frame times the player goes by the media's own.
      () => undefined,
    );
  }

  function showIndex(index: number): void {
    const { picture } = get();
    if (!picture || !frames) return;
    const wanted = Math.min(Math.max(0, index), Math.max(0, picture.totalFrames - 1));
    const known = frames.frame(wanted);
    if (known) {
      showFrame(known);
      return;
    }
    const mine: Intent = { timeSec: clamp(wanted / picture.fps), index: wanted };
    intent = mine;
    set({ wantedSec: mine.timeSec });
    frames.loadFrame(wanted).then(
      (frame) => {
        if (intent === mine) showFrame(frame);
      },
      () => {
        if (intent === mine) driver?.seek(mediaStart() + (wanted + 0.5) / picture.fps);
      },
    );
  }

  function frameShown(mediaSec: number): void {
    const { picture, playing, rate, span } = get();
    if (!picture) return;
    const timeSec = Math.max(0, mediaSec - picture.mediaStartSec);
    const frame = frames?.frameAt(timeSec + mediaRoundingSec);
    set({
      timeSec: frame?.timeSec ?? timeSec,
      frameIndex: frame?.index ?? Math.round(timeSec * picture.fps),
      frameExact: frame !== undefined,
    });
    if (!frame) learnFrame(timeSec);
    if (intent && !driver?.seeking) {
      intent = undefined;
      set({ wantedSec: undefined });
    }
    const endsSec = frame?.endSec ?? timeSec + 1 / picture.fps;
    const settled = !driver?.seeking;
    if (span && settled && playing && rate > 0 && endsSec >= span.endSec - mediaRoundingSec) spanPlayed(span);
  }

  /** Tells the frame exactly as soon as its times are known, if it is still the one shown. */
  function learnFrame(timeSec: number): void {
    const { videoId } = get();
    frames?.loadAt(timeSec + mediaRoundingSec).then(
      (frame) => {
        const now = get();
        if (now.videoId !== videoId || now.frameExact) return;
        if (now.timeSec + mediaRoundingSec < frame.timeSec || now.timeSec >= frame.endSec) return;
        set({ timeSec: frame.timeSec, frameIndex: frame.index, frameExact: true });
      },
      () => undefined,
    );
  }

  /** Where the frame that was commanded begins or ends; reckoned where its times are not known yet. */
  function edgeHere(
    which: 'in' | 'out',
  ): { readonly timeSec: number; readonly isExact: boolean } | undefined {
    const { picture } = get();
    if (!picture) return undefined;
    const timeSec = commandedSec(get());
    const known = intent?.frame ?? frames?.frameAt(timeSec);
    if (known) return { timeSec: edgeOf(known, which), isExact: true };
    return { timeSec: which === 'in' ? timeSec : clamp(timeSec + 1 / picture.fps), isExact: false };
  }

  function spanPlayed(span: NonNullable<PlayerState['span']>): void {
    if (!span.once) {
      showAt(span.startSec);
      return;
    }
    actions.pause();
    set({ span: undefined });
    if (get().timeSec >= span.endSec) showAt(Math.max(span.startSec, span.endSec - mediaRoundingSec));
  }

  function playAt(rate: number): void {
    const { phase } = get();
    if ((phase !== 'ready' && phase !== 'loading') || !driver) return;
    set({ playing: true, rate });
    // A video that still loads plays as soon as it is there.
    if (phase === 'loading') return;
    if (rate < 0) {
      driver.pause();
      reverse.start(intent?.timeSec ?? get().timeSec, rate, () => driver?.seeking ?? false, actions.pause);
      return;
    }
    reverse.stop();
    const { picture, frameIndex, span } = get();
    if (picture && frameIndex >= picture.totalFrames - 1 && !span) showAt(0);
    driver.play(rate);
  }

  const actions: PlayerActions = {
    open(video) {
      if (!video) {
        frames = undefined;
        set(emptyPlayer, true);
        return;
      }
      const now = get();
      const { picture } = video;
      const sameFilm = now.picture?.videoStream === picture?.videoStream;
      const known = now.videoId === video.id && now.picture && picture && sameFilm;
      if (known && now.picture.estimated === picture.estimated) return;
      frames =
        picture && createFrameTimes(picture, (start, end) => options.fetchFrames(video.id, start, end));
      if (known) {
        // Its frames have been counted meanwhile; what is shown goes on.
        set({ picture });
        return;
      }
      reverse.stop();
      const leftAtSec = options.leftAtSec?.(video.id) ?? 0;
      // A wish of the video before may have gone to this one's element, which can be there already.
      const isElsewhere = leftAtSec > 0 || intent !== undefined;
      intent = undefined;
      set({ ...withVideo(now, video.id, picture), wantedSec: leftAtSec > 0 ? leftAtSec : undefined }, true);
      if (isElsewhere && picture) showAt(leftAtSec);
    },
    attach(element) {
      driver?.end();
      const mine = new MediaDriver(element, {
        ready: () => {
          const { videoWidth: width, videoHeight: height } = element;
          set({ phase: 'ready', problem: undefined, shownSize: { width, height } });
          const { playing, rate } = get();
          if (playing) playAt(rate);
        },
        frameShown,
        paused: () => {
          if (get().rate > 0) set({ playing: false });
        },
        failed: (code, detail) => {
          reverse.stop();
          set({ phase: 'failed', playing: false, problem: { kind: problemKind(code), detail } });
        },
      });
      driver = mine;
      const { volume, muted } = get();
      mine.setSound(volume, muted);
      if (intent) showAt(intent.timeSec);
      return () => {
        mine.end();
        reverse.stop();
        if (driver === mine) driver = undefined;
      };
    },
    play: () => playAt(get().speed),
    pause() {
      reverse.stop();
      driver?.pause();
      set((state) => ({ playing: false, rate: state.speed }));
    },
    togglePlay: () => (get().playing ? actions.pause() : actions.play()),
    seekToSec(timeSec) {
      const { playing, rate } = get();
      showAt(timeSec);
      if (playing && rate < 0) playAt(rate);
    },
    seekToFrame: (frameIndex) => showIndex(frameIndex),
    stepFrames(count) {
      actions.pause();
      const { frameIndex } = get();
      const from = intent?.frame?.index ?? (intent ? frames?.frameAt(intent.timeSec)?.index : undefined);
      showIndex((from ?? frameIndex) + count);
    },
    shuttle: (direction) => playAt(shuttled(get(), direction)),
    setSpeed(speed) {
      set({ speed });
      if (get().playing && get().rate > 0) playAt(speed);
      else if (!get().playing) set({ rate: speed });
    },
    changeSpeed: (direction) => actions.setSpeed(nextSpeed(get().speed, direction)),
    mark(which) {
      const here = edgeHere(which);
      if (!here) return;
      const { videoId } = get();
      const { timeSec: reckonedSec, isExact } = here;
      set(withMark(get(), which, reckonedSec), true);
      if (isExact || !frames) return;
      const timeSec = commandedSec(get());
      const field = which === 'in' ? 'markInSec' : 'markOutSec';
      const { index } = intent ?? {};
      (index === undefined ? frames.loadAt(timeSec) : frames.loadFrame(index)).then(
        (frame) => {
          // Only where nothing else was marked or opened meanwhile.
          if (get().videoId === videoId && get()[field] === reckonedSec) {
            set(withMark(get(), which, edgeOf(frame, which)), true);
          }
        },
        // Without frame times the mark stands where it was reckoned.
        () => undefined,
      );
    },
    clearMarks: () => set({ markInSec: undefined, markOutSec: undefined }),
    playMoment(moment, { once = false } = {}) {
      set({ span: { startSec: moment.startSec, endSec: moment.endSec, once } });
      showAt(moment.startSec);
      playAt(get().speed);
    },
    toggleLoop() {
      const moment = markedMoment(get());
      if (get().span) actions.stopLoop();
      else if (moment) actions.playMoment(moment);
    },
    stopLoop: () => set({ span: undefined }),
    setVolume(volume) {
      set({ volume: Math.min(1, Math.max(0, volume)), muted: false });
      driver?.setSound(get().volume, false);
    },
    toggleMuted() {
      set((state) => ({ muted: !state.muted }));
      driver?.setSound(get().volume, get().muted);
    },
    showSubtitles: (subtitlesId) => set({ subtitlesId }),
  };

  return Object.assign(store, {
    actions,
    frameTimes: () => frames,
    edgeHereSec: (which: 'in' | 'out') => edgeHere(which)?.timeSec,
  });
}

function edgeOf(frame: Frame, which: 'in' | 'out'): number {
  return which === 'in' ? frame.timeSec : frame.endSec;
}

function problemKind(code: number): PlaybackProblem['kind'] {
  if (code === mediaErrorUnsupported) return 'unsupported';
  return code === mediaErrorDecode ? 'decode' : 'network';
}
