import type { VideoPlace } from '../../../electron/host/contract/settings.ts';
import { commandedSec } from '../../player/player-state.ts';
import type { PlayerState } from '../../player/player-state.ts';
import type { PlayerStore } from '../../player/player-store.ts';
import type { TimelineStore } from '../../timeline/timeline-store.ts';

/** Remembers where a person was in each video: the playhead, what was in view, what was selected. */
export class VideoPlaces {
  /** The one that was changed last is the last. */
  #places = new Map<string, VideoPlace>();
  readonly #listeners = new Set<() => void>();
  #keep: (() => void) | undefined;
  #player: PlayerStore | undefined;

  of(videoId: string): VideoPlace | undefined {
    return this.#places.get(videoId);
  }

  /** The places of so many videos, of those that were left last. */
  last(count: number): Readonly<Record<string, VideoPlace>> {
    return Object.fromEntries([...this.#places].slice(-count));
  }

  /** Forgets all places for those that were kept. */
  takeOver(kept: Readonly<Record<string, VideoPlace>>): void {
    this.#places = new Map(Object.entries(kept));
  }

  /** Tells of each change. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Says how places that changed are kept at once. */
  keepBy(keep: () => void): void {
    this.#keep = keep;
  }

  /** Keeps what has changed now, for when page or project go: also how far a video has played. */
  keepNow(): void {
    const now = this.#player?.getState();
    if (now !== undefined) this.#noteTime(now);
    this.#keep?.();
  }

  /** Follows what is done in player and timeline. While a video plays its place is noted only as it is left. */
  watch(player: PlayerStore, timeline: TimelineStore): void {
    this.#player = player;
    player.subscribe((now, before) => {
      if (before.playing && before.videoId !== now.videoId) this.#noteTime(before);
      if (!now.playing) this.#noteTime(now);
    });
    timeline.subscribe(({ videoId, view, selection }, before) => {
      if (view === before.view && selection === before.selection && videoId === before.videoId) return;
      const { startSec, endSec, durationSec } = view;
      const isWhole = startSec === 0 && endSec === durationSec;
      this.#note(videoId, {
        view: isWhole ? undefined : { startSec, endSec },
        selection: [...selection],
      });
    });
  }

  #noteTime(state: PlayerState): void {
    this.#note(state.videoId, { timeSec: commandedSec(state) });
  }

  #note(videoId: string | undefined, changes: Partial<VideoPlace>): void {
    if (videoId === undefined) return;
    const before = this.#places.get(videoId) ?? { timeSec: 0, selection: [] };
    if (changes.timeSec === before.timeSec) return;
    this.#places.delete(videoId);
    this.#places.set(videoId, { ...before, ...changes });
    for (const listener of this.#listeners) listener();
  }
}
