import type { MediaElement } from '../media-driver.ts';

type FrameCallback = Parameters<NonNullable<MediaElement['requestVideoFrameCallback']>>[0];

/** A media element for tests: it shows the frames that it is given, and seeks when it is told to. */
export class FakeMedia extends EventTarget implements MediaElement {
  playbackRate = 1;
  volume = 1;
  muted = false;
  paused = true;
  ended = false;
  seeking = false;
  readyState = 0;
  videoWidth = 320;
  videoHeight = 180;
  error: { readonly code: number; readonly message: string } | null = null;
  /** Index of the frame on the screen. */
  shownFrame = 0;
  readonly #frameTimes: readonly number[];
  readonly #end: number;
  #time: number;
  #callback: FrameCallback | undefined;

  /** @param frameTimes on the element's own clock */
  constructor(frameTimes: readonly number[], end: number) {
    super();
    this.#frameTimes = frameTimes;
    this.#end = end;
    this.#time = frameTimes[0] ?? 0;
  }

  get currentTime(): number {
    return this.#time;
  }

  set currentTime(time: number) {
    this.#time = Math.min(Math.max(0, time), this.#end);
    this.seeking = true;
  }

  /** Metadata and the first frame come. */
  load(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event('loadedmetadata'));
    this.readyState = 2;
    this.dispatchEvent(new Event('loadeddata'));
    this.#show(this.shownFrame);
  }

  /** Lets a seek, if one was asked for, find its frame. */
  async seekDone(): Promise<void> {
    await Promise.resolve();
    await Promise.resolve();
    if (!this.seeking) return;
    this.seeking = false;
    const frame = this.#frameTimes.findLastIndex(
      (time) => Math.floor(time * 1e6) <= Math.floor(this.#time * 1e6),
    );
    this.#show(Math.max(0, frame));
    this.dispatchEvent(new Event('seeked'));
    await Promise.resolve();
  }

  /** Plays on by one frame. */
  showNextFrame(): void {
    const next = this.shownFrame + 1;
    this.#time = this.#frameTimes[next] ?? this.#end;
    this.#show(next);
  }

  play(): Promise<void> {
    this.paused = false;
    return Promise.resolve();
  }

  pause(): void {
    this.paused = true;
    this.dispatchEvent(new Event('pause'));
  }

  fail(code: number, message: string): void {
    this.error = { code, message };
    this.dispatchEvent(new Event('error'));
  }

  requestVideoFrameCallback(callback: FrameCallback): number {
    this.#callback = callback;
    return 1;
  }

  cancelVideoFrameCallback(): void {
    this.#callback = undefined;
  }

  #show(frame: number): void {
    this.shownFrame = frame;
    const callback = this.#callback;
    this.#callback = undefined;
    // Media clocks count whole microseconds.
    callback?.(0, { mediaTime: Math.floor((this.#frameTimes[frame] ?? 0) * 1e6) / 1e6 });
  }
}
