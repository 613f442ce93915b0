import { colorPlaces, drawList, sharesOf } from './level-of-detail.ts';
import { laneTop, rowHeights, type TimelineRow } from './layout.ts';
import { shownMoment, type Overlay, type Scene } from './scene.ts';
import type { TimelineSegment } from './timeline-model.ts';
import { secToPx } from './view-window.ts';

type Canvas = CanvasRenderingContext2D;
type TrackRow = Extract<TimelineRow, { kind: 'track' }>;

const gapPx = 2;
const barPx = 3;
const cornerPx = 3;
/** Narrower segments carry no words. */
const wordsFromPx = 34;

interface Box {
  readonly segment: TimelineSegment;
  readonly left: number;
  readonly width: number;
  readonly top: number;
}

/** A track's segments: boxes by colour, so that the canvas changes its colour seldom; then bars, words, outlines. */
export function paintTrack(canvas: Canvas, scene: Scene, row: TrackRow): void {
  const { view, theme } = scene;
  const { track } = row.indexed;
  const { singles, blocks, lengthsSec } = drawList(row.indexed, view);
  const trackColor = theme.tracks[track.kind];
  const height = rowHeights.lane - gapPx;
  canvas.globalAlpha = 0.6;
  for (let place = 0; place < blocks.length; place += 4) {
    const left = blocks[place] ?? 0;
    const width = (blocks[place + 1] ?? 0) - left;
    const lengths = lengthsSec.slice((place / 4) * colorPlaces, (place / 4 + 1) * colorPlaces);
    let top = laneTop(row, blocks[place + 2] ?? 0) + gapPx / 2;
    // What cannot be told apart any more is as high in each colour as its share.
    for (const [color, share] of sharesOf(lengths)) {
      canvas.fillStyle = (color === 0 ? undefined : theme.labels[color - 1]) ?? trackColor;
      canvas.fillRect(left, top, width, share * height);
      top += share * height;
    }
  }
  canvas.globalAlpha = 1;
  const groups = new Map<string, Box[]>();
  for (const { segment, lane } of singles) {
    const color = segment.labelColor === undefined ? trackColor : theme.labels[segment.labelColor];
    const key = color ?? trackColor;
    const group = groups.get(key);
    const box = boxOf(scene, row, segment, lane);
    if (group) group.push(box);
    else groups.set(key, [box]);
  }
  for (const [color, boxes] of groups) paintBoxes(canvas, color, boxes, height);
  for (const boxes of groups.values()) paintWords(canvas, scene, boxes, height);
}

/** Where a segment is drawn. What lies far outside is cut off: canvases are slow and inexact with huge boxes. */
function boxOf(scene: Scene | Overlay, row: TrackRow, segment: TimelineSegment, lane: number): Box {
  const { view } = scene;
  const shown = shownMoment(scene, segment);
  const left = Math.max(-8, secToPx(view, shown.startSec));
  const width = Math.max(1, Math.min(view.widthPx + 8, secToPx(view, shown.endSec)) - left);
  return { segment, left, width, top: laneTop(row, lane) + gapPx / 2 };
}

function paintBoxes(canvas: Canvas, color: string, boxes: readonly Box[], height: number): void {
  canvas.fillStyle = color;
  for (const [alpha, rejected] of [
    [0.3, false],
    [0.12, true],
  ] as const) {
    canvas.globalAlpha = alpha;
    canvas.beginPath();
    for (const { segment, left, width, top } of boxes) {
      if ((segment.state === 'rejected') !== rejected) continue;
      if (width > 4 * cornerPx) canvas.roundRect(left, top, width, height, cornerPx);
      else canvas.rect(left, top, width, height);
    }
    canvas.fill();
  }
  canvas.globalAlpha = 1;
  canvas.beginPath();
  for (const { segment, left, width, top } of boxes) {
    if (segment.state === 'rejected') continue;
    canvas.rect(left, top + height - barPx, width * Math.min(1, segment.value ?? 1), barPx);
    canvas.rect(left, top, 1.5, height);
  }
  canvas.fill();
}

function paintWords(canvas: Canvas, scene: Scene, boxes: readonly Box[], height: number): void {
  const { theme } = scene;
  canvas.font = `11px ${theme.font}`;
  canvas.textBaseline = 'middle';
  canvas.textAlign = 'left';
  for (const { segment, left, width, top } of boxes) {
    if (width < wordsFromPx) continue;
    // Words stay in sight while their segment begins left of it.
    const from = Math.max(left, 0) + 6;
    const room = left + width - from - 4;
    if (room < wordsFromPx - 10) continue;
    const rejected = segment.state === 'rejected';
    canvas.fillStyle = rejected ? theme.textFaint : theme.text;
    const sign = segment.state === 'accepted' ? '✓ ' : rejected ? '✕ ' : '';
    const words = sign + [segment.labelName, segment.text].filter((part) => part).join(': ');
    canvas.fillText(shortened(words, room), from, top + height / 2 - 0.5);
  }
}

/** About as many characters as have room: measuring each text would cost more than painting it. */
function shortened(words: string, roomPx: number): string {
  const most = Math.floor(roomPx / 5.8);
  return words.length <= most ? words : `${words.slice(0, Math.max(1, most - 1))}…`;
}

/**
 * What is selected of a track, on the upper layer: choosing another moment paints none of the others anew. It is outlined
 * however narrow it is.
 */
export function paintSelected(canvas: Canvas, overlay: Overlay, row: TrackRow): void {
  const { theme, view, selection } = overlay;
  const { index, lanes, placeOf } = row.indexed;
  const height = rowHeights.lane - gapPx;
  canvas.strokeStyle = theme.focus;
  canvas.fillStyle = theme.focus;
  canvas.lineWidth = 2;
  for (const id of selection) {
    const place = placeOf.get(id);
    const segment = place === undefined ? undefined : index.sorted[place];
    if (place === undefined || segment === undefined) continue;
    const { left, width, top } = boxOf(overlay, row, segment, lanes.laneOf[place] ?? 0);
    if (left > view.widthPx || left + width < 0) continue;
    canvas.beginPath();
    canvas.roundRect(left, top, width, height, cornerPx);
    canvas.stroke();
    // Handles at the edges, where there is room for them.
    if (width < 16) continue;
    canvas.fillRect(left - 1, top + 4, 3, height - 8);
    canvas.fillRect(left + width - 2, top + 4, 3, height - 8);
  }
}
