import type { Moment } from '../../native-models/protocol/run-record.ts';
import type { PlayerStore } from '../player/player-store.ts';
import type { TimelineContent } from './layout.ts';
import { layOut, type TimelineLayout } from './layout.ts';
import { paintOverlay, paintScene } from './paint-scene.ts';
import { ThumbnailLoader, type ThumbnailUrl } from './thumbnail-loader.ts';
import { readTheme, watchTheme, type TimelineTheme } from './timeline-theme.ts';
import { WaveformLoader, type WaveformUrl } from './waveform-loader.ts';
import type { TimelineStore } from './timeline-store.ts';

/** Where the pictures of a video come from. */
export interface ThumbnailSource {
  readonly videoId: string;
  readonly url: ThumbnailUrl;
  /** Width ÷ height. */
  readonly aspect: number;
}

/** What the pointer is in the middle of, for the upper layer. */
export interface GestureView {
  readonly overrides: ReadonlyMap<string, Moment>;
  readonly snappedSec: number | undefined;
  readonly drawn: Moment | undefined;
}

const atRest: GestureView = { overrides: new Map(), snappedSec: undefined, drawn: undefined };

/**
 * Paints the timeline on two layers, each at most once per frame and only when what it shows has changed: the lower one
 * with the view and its content, the upper one with selection, playhead and pointer, which change far more often.
 */
export class TimelineCanvas {
  readonly #lower: CanvasRenderingContext2D;
  readonly #upper: CanvasRenderingContext2D;
  readonly #store: TimelineStore;
  readonly #player: PlayerStore;
  readonly #ends: (() => void)[] = [];
  #theme: TimelineTheme;
  #content: TimelineContent = {
    ...{ tracks: [], saliency: undefined, sampledFrames: [], hasWaveform: false },
  };
  #layout: TimelineLayout = layOut(this.#content);
  #thumbnails: ThumbnailLoader | undefined;
  #thumbnailsOf: string | undefined;
  #waveform: WaveformLoader | undefined;
  #aspect = 16 / 9;
  #gesture: GestureView = atRest;
  #stale = { lower: true, upper: true };
  #frame: number | undefined;

  constructor(
    lower: HTMLCanvasElement,
    upper: HTMLCanvasElement,
    stores: { readonly store: TimelineStore; readonly player: PlayerStore },
  ) {
    this.#lower = contextOf(lower, false);
    this.#upper = contextOf(upper, true);
    this.#store = stores.store;
    this.#player = stores.player;
    this.#theme = readTheme(lower);
    this.#ends.push(
      watchTheme(() => {
        this.#theme = readTheme(lower);
        this.#repaint();
      }),
      stores.store.subscribe((state, before) => {
        const overlaid =
          state.selection !== before.selection ||
          state.hover !== before.hover ||
          state.openMarks !== before.openMarks;
        if (state.view !== before.view) this.#repaint();
        else if (overlaid) this.#repaintUpper();
      }),
      stores.player.subscribe((state, before) => {
        const moved =
          state.timeSec !== before.timeSec ||
          state.wantedSec !== before.wantedSec ||
          state.markInSec !== before.markInSec ||
          state.markOutSec !== before.markOutSec ||
          state.frameExact !== before.frameExact;
        if (moved) this.#repaintUpper();
        if (state.playing && state.timeSec !== before.timeSec) this.#follow(state.timeSec);
      }),
    );
    this.#repaint();
  }

  get layout(): TimelineLayout {
    return this.#layout;
  }

  /** Shows other content; the same objects cost nothing. */
  show(content: TimelineContent): void {
    if (
      content.tracks === this.#content.tracks &&
      content.saliency === this.#content.saliency &&
      content.sampledFrames === this.#content.sampledFrames &&
      content.hasWaveform === this.#content.hasWaveform
    ) {
      return;
    }
    this.#content = content;
    this.#layout = layOut(content);
    this.#repaint();
  }

  /** Pictures of another video, or of one whose frames are known now. */
  showThumbnails(source: ThumbnailSource | undefined): void {
    this.#aspect = source?.aspect ?? 1;
    if (source && source.videoId === this.#thumbnailsOf) this.#thumbnails?.renew(source.url);
    else {
      this.#thumbnails?.end();
      this.#thumbnails = source && new ThumbnailLoader(source.url, () => this.#repaint());
    }
    this.#thumbnailsOf = source?.videoId;
    this.#repaint();
  }

  /** The sound of another video; undefined: none is shown. */
  showWaveform(url: WaveformUrl | undefined): void {
    this.#waveform?.end();
    this.#waveform = url && new WaveformLoader(url, () => this.#repaint());
    this.#repaint();
  }

  /** Shows what the pointer does; undefined: nothing. */
  showGesture(gesture: GestureView | undefined): void {
    this.#gesture = gesture ?? atRest;
    this.#repaint();
  }

  /** Frame times became known, or the size changed. */
  refresh(): void {
    this.#repaint();
  }

  end(): void {
    for (const end of this.#ends) end();
    this.#thumbnails?.end();
    this.#waveform?.end();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  #follow(timeSec: number): void {
    const { following, view } = this.#store.getState();
    if (following && (timeSec < view.startSec || timeSec > view.endSec)) {
      this.#store.actions.reveal(timeSec, { page: true });
    }
  }

  #repaint(): void {
    this.#stale.lower = true;
    this.#repaintUpper();
  }

  #repaintUpper(): void {
    this.#stale.upper = true;
    this.#frame ??= requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    this.#frame = undefined;
    const { view, selection, hover, openMarks } = this.#store.getState();
    const { timeSec, wantedSec, markInSec, markOutSec } = this.#player.getState();
    const frames = this.#player.frameTimes();
    const shared = { view, layout: this.#layout, theme: this.#theme };
    if (this.#stale.lower) {
      fitCanvas(this.#lower, view.widthPx, this.#layout.height);
      paintScene(this.#lower, {
        ...shared,
        overrides: this.#gesture.overrides,
        thumbnails: this.#thumbnails,
        waveform: this.#waveform,
        aspect: this.#aspect,
        frames,
      });
      this.#lower.canvas.dataset['sound'] =
        (this.#waveform?.isComplete(view) ?? true) ? 'complete' : 'loading';
      this.#lower.canvas.dataset['pictures'] = this.#thumbnails?.complete === true ? 'complete' : 'loading';
    }
    fitCanvas(this.#upper, view.widthPx, this.#layout.height);
    const playheadSec = wantedSec ?? timeSec;
    paintOverlay(this.#upper, {
      ...shared,
      selection,
      overrides: this.#gesture.overrides,
      playheadSec,
      frameEndSec: frames?.frameAt(playheadSec)?.endSec,
      markInSec,
      markOutSec,
      openMarks,
      hoverSec: hover?.timeSec,
      snappedSec: this.#gesture.snappedSec,
      drawn: this.#gesture.drawn,
    });
    this.#stale = { lower: false, upper: false };
  }
}

function contextOf(canvas: HTMLCanvasElement, alpha: boolean): CanvasRenderingContext2D {
  const context = canvas.getContext('2d', { alpha });
  if (!context) throw new Error('This browser paints no canvas');
  return context;
}

/** As many pixels as the screen has; a change of size clears a canvas, so only when needed. */
function fitCanvas(context: CanvasRenderingContext2D, widthPx: number, heightPx: number): void {
  const { canvas } = context;
  const ratio = devicePixelRatio;
  const width = Math.round(widthPx * ratio);
  const height = Math.round(heightPx * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${widthPx}px`;
    canvas.style.height = `${heightPx}px`;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
}
