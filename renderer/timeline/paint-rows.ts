import { curveColumns, firstFrom } from './level-of-detail.ts';
import type { TimelineRow } from './layout.ts';
import { rulerNames, rulerScale, ticksWithin } from './ruler.ts';
import type { Scene } from './scene.ts';
import { thumbnailSlots } from './thumbnail-slots.ts';
import { pxPerSec, secToPx } from './view-window.ts';

type Canvas = CanvasRenderingContext2D;

/** Single frames are shown as lines once they are this wide. */
const framesFromPx = 6;

/** The ruler: lines at whole times, and single frames where they can be told apart. */
export function paintRuler(canvas: Canvas, scene: Scene, row: TimelineRow): void {
  const { view, theme } = scene;
  const scale = rulerScale(view);
  const bottom = row.top + row.height;
  canvas.fillStyle = theme.border;
  const minor = ticksWithin(view, scale.minorSec);
  for (let tick = minor.first; tick <= minor.last; tick += 1) {
    canvas.fillRect(Math.round(secToPx(view, tick * scale.minorSec)), bottom - 4, 1, 4);
  }
  const major = ticksWithin(view, scale.majorSec);
  canvas.font = `11px ${theme.font}`;
  canvas.textBaseline = 'middle';
  canvas.textAlign = 'left';
  for (let tick = major.first; tick <= major.last; tick += 1) {
    const x = Math.round(secToPx(view, tick * scale.majorSec));
    canvas.fillStyle = theme.textFaint;
    canvas.fillRect(x, bottom - 9, 1, 9);
  }
  canvas.fillStyle = theme.textMuted;
  for (const { words, leftPx } of rulerNames(view)) canvas.fillText(words, leftPx, row.top + 9);
  paintFrameLines(canvas, scene, row);
}

function paintFrameLines(canvas: Canvas, scene: Scene, row: TimelineRow): void {
  const { view, frames, theme } = scene;
  if (!frames || view.minSpanSec <= 0) return;
  // Eight frames fill the closest view, which tells the usual length of one.
  if ((pxPerSec(view) * view.minSpanSec) / 8 < framesFromPx) return;
  canvas.fillStyle = theme.accent;
  for (const timeSec of frames.timesBetween(view.startSec, view.endSec)) {
    canvas.fillRect(Math.round(secToPx(view, timeSec)), row.top + row.height - 3, 1, 3);
  }
}

/** The strip of pictures. */
export function paintThumbnails(canvas: Canvas, scene: Scene, row: TimelineRow): void {
  const { view, theme, thumbnails, aspect } = scene;
  const height = row.height - 2;
  const fullWidth = height * aspect;
  canvas.fillStyle = theme.ground;
  canvas.fillRect(0, row.top, view.widthPx, row.height);
  if (!thumbnails) return;
  const slots = thumbnailSlots(view, fullWidth);
  thumbnails.want(slots);
  for (const slot of slots) {
    const picture = thumbnails.picture(slot);
    if (!picture || picture.naturalWidth === 0) continue;
    // At the closest zooms a slot is wider than its picture, which is repeated.
    for (let offset = 0; offset < slot.widthPx - 0.5; offset += fullWidth) {
      const width = Math.min(fullWidth, slot.widthPx - offset);
      const share = width / fullWidth;
      const sourceWidth = picture.naturalWidth * share;
      const sourceLeft = (picture.naturalWidth - sourceWidth) / 2;
      canvas.drawImage(
        picture,
        sourceLeft,
        0,
        sourceWidth,
        picture.naturalHeight,
        slot.leftPx + offset,
        row.top + 1,
        width,
        height,
      );
    }
  }
}

/** The grounder's saliency, filled below. */
export function paintSaliency(
  canvas: Canvas,
  scene: Scene,
  row: Extract<TimelineRow, { kind: 'saliency' }>,
): void {
  const { view, theme } = scene;
  const columns = curveColumns(row.curve, view);
  const bottom = row.top + row.height - 2;
  const reach = row.height - 6;
  const yOf = (value: number) => bottom - Math.min(1, Math.max(0, value)) * reach;
  canvas.beginPath();
  canvas.moveTo(columns[0] ?? 0, bottom);
  for (let place = 0; place < columns.length; place += 3) {
    canvas.lineTo(columns[place] ?? 0, yOf(columns[place + 2] ?? 0));
  }
  canvas.lineTo(columns[columns.length - 3] ?? 0, bottom);
  canvas.closePath();
  canvas.globalAlpha = 0.22;
  canvas.fillStyle = theme.saliency;
  canvas.fill();
  canvas.globalAlpha = 1;
  canvas.beginPath();
  for (let place = 0; place < columns.length; place += 3) {
    const x = columns[place] ?? 0;
    const low = columns[place + 1] ?? 0;
    const high = columns[place + 2] ?? 0;
    canvas.lineTo(x, yOf(high));
    if (low !== high) canvas.lineTo(x, yOf(low));
  }
  canvas.strokeStyle = theme.saliency;
  canvas.lineWidth = 1.25;
  canvas.stroke();
}

/** The frames that a role saw, as ticks: at most one for each pixel. */
export function paintSampled(
  canvas: Canvas,
  scene: Scene,
  row: Extract<TimelineRow, { kind: 'sampled' }>,
): void {
  const { view, theme } = scene;
  const { role, timesSec } = row.frames;
  canvas.fillStyle = theme.roles[role] ?? theme.tick;
  let lastX = -1;
  for (let place = firstFrom(timesSec, view.startSec); place < timesSec.length; place += 1) {
    const timeSec = timesSec[place] ?? 0;
    if (timeSec > view.endSec) break;
    const x = Math.round(secToPx(view, timeSec));
    if (x === lastX) continue;
    lastX = x;
    canvas.fillRect(x, row.top + 4, 1, row.height - 8);
  }
}
