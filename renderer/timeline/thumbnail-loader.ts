import { longestRun } from '../../electron/host/contract/shell-bridge.ts';
import { coarser, type ThumbnailSlot } from './thumbnail-slots.ts';

/** Decoded pictures that are kept; 160 pixels wide each, some 60 kB: 24 MB. */
const mostKept = 400;
/** As many as browsers ask of one address at once. */
const mostAtOnce = 6;
/** From an eighth of a second to half a day between pictures. */
const coarsestStandIn = 19;

/** Where a picture comes from: its address, which also says which others will be asked for, that they are made together. */
export type ThumbnailUrl = (timeSec: number, runSec: readonly number[]) => string;

/**
 * Pictures of the strip: those in view are fetched, a few at a time; what is no longer needed when its turn comes is
 * left; the least recently shown ones are forgotten.
 */
export class ThumbnailLoader {
  #url: ThumbnailUrl;
  readonly #loaded: () => void;
  readonly #pictures = new Map<string, HTMLImageElement>();
  readonly #failed = new Set<string>();
  readonly #loading = new Map<string, HTMLImageElement>();
  /** Pictures that are shown only until a better one has come. */
  readonly #stale = new Set<string>();
  #wanted: readonly ThumbnailSlot[] = [];
  #ended = false;

  constructor(url: ThumbnailUrl, loaded: () => void) {
    this.#url = url;
    this.#loaded = loaded;
  }

  /** The picture for a slot, or a coarser one until it has come. */
  picture(slot: ThumbnailSlot): HTMLImageElement | undefined {
    for (let levels = 0; levels <= coarsestStandIn; levels += 1) {
      const key = keyOf(coarser(slot, levels));
      const picture = this.#pictures.get(key);
      if (!picture) continue;
      this.#pictures.delete(key);
      this.#pictures.set(key, picture);
      return picture;
    }
    return undefined;
  }

  /** Whether everything in view has its own picture. */
  get complete(): boolean {
    return this.#wanted.every((slot) => {
      const key = keyOf(slot);
      return this.#failed.has(key) || (this.#pictures.has(key) && !this.#stale.has(key));
    });
  }

  /** Says what is in view now. */
  want(slots: readonly ThumbnailSlot[]): void {
    // A picture on its way at another distance is made with others that are not wanted, while those wanted now would be made
    // of the same stretch beside them: it is asked for anew, together with these.
    const isAtSameDistance = slots[0]?.level === this.#wanted[0]?.level;
    this.#wanted = slots;
    this.#leaveAllBut(isAtSameDistance ? slots : []);
    this.#fetchNext();
  }

  /** What has left the view on its way is not waited for: what is in view now would come behind it. */
  #leaveAllBut(slots: readonly ThumbnailSlot[]): void {
    const kept = new Set(slots.map(keyOf));
    for (const [key, picture] of this.#loading) {
      if (kept.has(key)) continue;
      this.#loading.delete(key);
      // Ends its request.
      picture.src = '';
    }
  }

  /** Fetches the pictures in view anew; those that are there are shown until then. */
  renew(url: ThumbnailUrl): void {
    this.#url = url;
    for (const key of this.#pictures.keys()) this.#stale.add(key);
    for (const key of this.#loading.keys()) this.#stale.add(key);
    this.#failed.clear();
    this.#fetchNext();
  }

  /** Fetches nothing more. */
  end(): void {
    this.#ended = true;
    this.#wanted = [];
    this.#leaveAllBut([]);
    this.#pictures.clear();
  }

  #fetchNext(): void {
    const missing = this.#wanted.filter((slot) => this.#isMissing(keyOf(slot)));
    const runSec = missing.slice(0, longestRun).map(({ timeSec }) => timeSec);
    for (const slot of missing) {
      if (this.#loading.size >= mostAtOnce) return;
      const key = keyOf(slot);
      void this.#fetch(slot, key, runSec);
    }
  }

  #isMissing(key: string): boolean {
    const isKnown = this.#pictures.has(key) && !this.#stale.has(key);
    return !isKnown && !this.#loading.has(key) && !this.#failed.has(key);
  }

  async #fetch(slot: ThumbnailSlot, key: string, runSec: readonly number[]): Promise<void> {
    const picture = new Image();
    const url = this.#url;
    const isLeft = (): boolean => this.#loading.get(key) !== picture;
    this.#loading.set(key, picture);
    picture.src = url(slot.timeSec, runSec);
    try {
      await picture.decode();
      if (this.#ended || isLeft()) return;
      this.#pictures.set(key, picture);
      if (url === this.#url) this.#stale.delete(key);
      for (const oldest of this.#pictures.keys()) {
        if (this.#pictures.size <= mostKept) break;
        this.#pictures.delete(oldest);
      }
      this.#loaded();
    } catch {
      // The strip stays empty there; another zoom or another opening asks anew.
      if (!isLeft()) this.#failed.add(key);
    } finally {
      if (!isLeft()) this.#loading.delete(key);
      if (!this.#ended) this.#fetchNext();
    }
  }
}

/** By its time: what is shown at one zoom is there at every other. */
function keyOf({ timeSec }: { readonly timeSec: number }): string {
  return timeSec.toFixed(3);
}
