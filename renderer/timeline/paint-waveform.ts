import type { TimelineRow } from './layout.ts';
import type { Scene } from './scene.ts';
import { timelineTexts as texts } from './timeline-texts.ts';
import { heightOf, waveformColumns } from './waveform.ts';

/** Above and below the loudest sample. */
const marginPx = 3;

/** The sound: from the middle up and down as far as its samples go in each pixel; a line where it is silent. */
export function paintWaveform(canvas: CanvasRenderingContext2D, scene: Scene, row: TimelineRow): void {
  const { view, theme, waveform } = scene;
  if (waveform === undefined) return;
  const middle = row.top + row.height / 2;
  const reach = row.height / 2 - marginPx;
  if (waveform.hasFailed) {
    canvas.font = `11px ${theme.font}`;
    canvas.textBaseline = 'middle';
    canvas.textAlign = 'left';
    canvas.fillStyle = theme.textMuted;
    canvas.fillText(texts.soundUnread, 8, middle);
    return;
  }
  const columns = waveformColumns(waveform.levels(view), view);
  canvas.beginPath();
  for (let x = 0; 2 * x < columns.length; x += 1) {
    const high = columns[2 * x + 1] ?? NaN;
    if (Number.isNaN(high)) continue;
    const top = middle - heightOf(high) * reach;
    const bottom = middle + heightOf(columns[2 * x] ?? 0) * reach;
    canvas.rect(x, top, 1, Math.max(1, bottom - top));
  }
  canvas.fillStyle = theme.waveform;
  canvas.fill();
}
