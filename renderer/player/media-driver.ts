/** The part of an HTMLVideoElement that the player drives. */
export interface MediaElement extends EventTarget {
  currentTime: number;
  playbackRate: number;
  volume: number;
  muted: boolean;
  readonly paused: boolean;
  readonly ended: boolean;
  readonly seeking: boolean;
  readonly readyState: number;
  /** Of the picture as it is shown; 0 before it is known. */
  readonly videoWidth: number;
  readonly videoHeight: number;
  readonly error: { readonly code: number; readonly message: string } | null;
  play(): Promise<void>;
  pause(): void;
  requestVideoFrameCallback?(
    callback: (nowMs: number, frame: { readonly mediaTime: number }) => void,
  ): number;
  cancelVideoFrameCallback?(handle: number): void;
}

/** What the driver tells; times are on the element's own clock. */
export interface MediaListener {
  /** The element can be sought and shows pictures. */
  ready(): void;
  /** A frame was really shown: its time on the media's clock. */
  frameShown(mediaSec: number): void;
  paused(): void;
  failed(code: number, message: string): void;
}

const haveMetadata = 1;
const haveCurrentData = 2;

/**
 * Drives one media element: one seek at a time, the newest wish next, and the frame that is really shown told each time
 * (requestVideoFrameCallback; without it, or while the page is hidden, the element's own time stands in).
 */
export class MediaDriver {
  readonly #element: MediaElement;
  readonly #listener: MediaListener;
  #wish: number | undefined;
  #frameHandle: number | undefined;
  readonly #ended = new AbortController();

  constructor(element: MediaElement, listener: MediaListener) {
    this.#element = element;
    this.#listener = listener;
    const on = (type: string, handler: () => void) =>
      element.addEventListener(type, handler, { signal: this.#ended.signal });
    on('loadedmetadata', () => this.#seekToWish());
    on('loadeddata', () => this.#ready());
    on('seeked', () => this.#seeked());
    on('timeupdate', () => this.#standIn());
    on('pause', () => listener.paused());
    on('error', () => listener.failed(element.error?.code ?? 0, element.error?.message ?? ''));
    this.#watchFrames();
    if (element.error) listener.failed(element.error.code, element.error.message);
    else if (element.readyState >= haveCurrentData) this.#ready();
  }

  /** The element's own clock. */
  get mediaSec(): number {
    return this.#wish ?? this.#element.currentTime;
  }

  /** Whether a seek is under way or waiting. */
  get seeking(): boolean {
    return this.#wish !== undefined || this.#element.seeking;
  }

  /** Seeks as soon as the seek before has shown its frame; a later wish replaces a waiting one. */
  seek(mediaSec: number): void {
    this.#wish = mediaSec;
    if (!this.#element.seeking) this.#seekToWish();
  }

  play(rate: number): void {
    this.#element.playbackRate = rate;
    if (!this.#element.paused) return;
    this.#element.play().catch((error: unknown) => {
      // A pause or another source in between is no failure.
      if (error instanceof DOMException && error.name === 'AbortError') return;
      this.#listener.paused();
    });
  }

  pause(): void {
    if (!this.#element.paused) this.#element.pause();
  }

  setSound(volume: number, muted: boolean): void {
    this.#element.volume = volume;
    this.#element.muted = muted;
  }

  /** Lets go of the element. */
  end(): void {
    this.#ended.abort();
    if (this.#frameHandle !== undefined) this.#element.cancelVideoFrameCallback?.(this.#frameHandle);
  }

  #ready(): void {
    this.#listener.ready();
    if (!this.seeking) this.#listener.frameShown(this.#element.currentTime);
  }

  #seekToWish(): void {
    if (this.#wish === undefined || this.#element.readyState < haveMetadata) return;
    const wish = this.#wish;
    this.#wish = undefined;
    this.#element.currentTime = wish;
  }

  #seeked(): void {
    if (this.#wish !== undefined) this.#seekToWish();
    else this.#standIn();
  }

  /** With frame callbacks the truth comes from them; a seek that stays on the same frame has none. */
  #standIn(): void {
    const element = this.#element;
    if (this.seeking) return;
    if (element.paused || !element.requestVideoFrameCallback) this.#listener.frameShown(element.currentTime);
  }

  #watchFrames(): void {
    this.#frameHandle = this.#element.requestVideoFrameCallback?.((_, { mediaTime }) => {
      this.#watchFrames();
      // While the next seek is already under way, this frame is what is seen, and worth telling.
      this.#listener.frameShown(mediaTime);
    });
  }
}
