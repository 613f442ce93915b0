import { formatSeconds } from '../player/timecode.ts';
import { paintRuler, paintSaliency, paintSampled, paintThumbnails } from './paint-rows.ts';
import { paintWaveform } from './paint-waveform.ts';
import { paintSelected, paintTrack } from './paint-segments.ts';
import { namesUnder, rulerNames } from './ruler.ts';
import type { Overlay, Scene } from './scene.ts';
import { secToPx } from './view-window.ts';

type Canvas = CanvasRenderingContext2D;

/** Paints the lower layer: everything that belongs to the view. */
export function paintScene(canvas: Canvas, scene: Scene): void {
  const { layout, theme, view } = scene;
  canvas.fillStyle = theme.pane;
  canvas.fillRect(0, 0, view.widthPx, layout.height);
  for (const row of layout.rows) {
    switch (row.kind) {
      case 'ruler':
        paintRuler(canvas, scene, row);
        break;
      case 'thumbnails':
        paintThumbnails(canvas, scene, row);
        break;
      case 'waveform':
        paintWaveform(canvas, scene, row);
        break;
      case 'saliency':
        paintSaliency(canvas, scene, row);
        break;
      case 'sampled':
        paintSampled(canvas, scene, row);
        break;
      case 'track':
        paintTrack(canvas, scene, row);
        break;
    }
    canvas.fillStyle = theme.border;
    canvas.fillRect(0, row.top + row.height - 1, view.widthPx, 1);
  }
}

/** Paints the upper layer: selection, playhead, marks, pointer, snapping. */
export function paintOverlay(canvas: Canvas, overlay: Overlay): void {
  const { view, layout, theme } = overlay;
  canvas.clearRect(0, 0, view.widthPx, layout.height);
  for (const row of layout.rows) if (row.kind === 'track') paintSelected(canvas, overlay, row);
  paintMarks(canvas, overlay);
  const { drawn, hoverSec, snappedSec, openMarks, playheadSec } = overlay;
  for (const { startSec } of openMarks) paintStretch(canvas, overlay, startSec, playheadSec, 0.14);
  if (drawn) paintStretch(canvas, overlay, drawn.startSec, drawn.endSec, 0.25);
  if (hoverSec !== undefined) {
    canvas.fillStyle = theme.textFaint;
    canvas.fillRect(Math.round(secToPx(view, hoverSec)), 0, 1, layout.height);
  }
  if (snappedSec !== undefined) {
    canvas.fillStyle = theme.focus;
    canvas.fillRect(Math.round(secToPx(view, snappedSec)), 0, 1, layout.height);
  }
  paintPlayhead(canvas, overlay);
}

function paintMarks(canvas: Canvas, overlay: Overlay): void {
  const { markInSec, markOutSec, view, theme } = overlay;
  if (markInSec === undefined && markOutSec === undefined) return;
  if (markInSec !== undefined && markOutSec !== undefined) {
    paintStretch(canvas, overlay, markInSec, markOutSec, 0.14);
  }
  canvas.fillStyle = theme.accent;
  for (const [atSec, side] of [
    [markInSec, 1],
    [markOutSec, -1],
  ] as const) {
    if (atSec === undefined) continue;
    const x = Math.round(secToPx(view, atSec));
    canvas.fillRect(x - (side < 0 ? 2 : 0), 0, 2, 22);
    canvas.fillRect(side > 0 ? x : x - 6, 0, 6, 2);
    canvas.fillRect(side > 0 ? x : x - 6, 20, 6, 2);
  }
}

function paintStretch(
  canvas: Canvas,
  overlay: Overlay,
  startSec: number,
  endSec: number,
  alpha: number,
): void {
  const { view, layout, theme } = overlay;
  const left = Math.max(0, secToPx(view, startSec));
  const right = Math.min(view.widthPx, secToPx(view, endSec));
  if (right <= left) return;
  canvas.globalAlpha = alpha;
  canvas.fillStyle = theme.accent;
  canvas.fillRect(left, 0, right - left, layout.height);
  canvas.globalAlpha = 1;
}

function paintPlayhead(canvas: Canvas, overlay: Overlay): void {
  const { view, layout, theme, playheadSec, frameEndSec } = overlay;
  const x = Math.round(secToPx(view, playheadSec));
  if (x < -80 || x > view.widthPx + 80) return;
  canvas.font = `600 11px ${theme.font}`;
  const words = formatSeconds(playheadSec, 2);
  const width = canvas.measureText(words).width + 8;
  const left = Math.min(Math.max(0, x + 8), view.widthPx - width);
  const widthOf = (name: string): number => canvas.measureText(name).width;
  canvas.fillStyle = theme.pane;
  for (const name of namesUnder(rulerNames(view), x, left + width, widthOf)) {
    canvas.fillRect(name.leftPx, 2, widthOf(name.words), 13);
  }
  canvas.fillStyle = theme.playhead;
  if (frameEndSec !== undefined) {
    const width = secToPx(view, frameEndSec) - x;
    if (width > 3) {
      canvas.globalAlpha = 0.16;
      canvas.fillRect(x, 0, width, layout.height);
      canvas.globalAlpha = 1;
    }
  }
  canvas.fillRect(x, 0, 1.5, layout.height);
  canvas.beginPath();
  canvas.moveTo(x - 5, 0);
  canvas.lineTo(x + 6, 0);
  canvas.lineTo(x + 0.75, 8);
  canvas.closePath();
  canvas.fill();
  canvas.fillStyle = theme.float;
  canvas.fillRect(left, 2, width, 15);
  canvas.fillStyle = theme.playhead;
  canvas.textBaseline = 'middle';
  canvas.textAlign = 'left';
  canvas.fillText(words, left + 4, 10);
}
