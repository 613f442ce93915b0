import type { Moment } from '../../native-models/protocol/run-record.ts';
import { dragged, pressed, released, type Effect, type Gesture, type GestureContext } from './gestures.ts';
import { hitTest, type Hit } from './hit-test.ts';
import type { TimelineCanvas } from './timeline-canvas.ts';
import type { TimelineEdit } from './timeline-model.ts';
import type { TimelineStore } from './timeline-store.ts';
import { pxPerSec, pxToSec } from './view-window.ts';

/** What the pointer's doings lead to outside. */
export interface PointerHandlers {
  readonly context: () => GestureContext;
  readonly seek: (timeSec: number) => void;
  readonly select: (ids: readonly string[]) => void;
  readonly edit: (edit: TimelineEdit) => Promise<void> | void;
  /** A double click on a segment. */
  readonly open: (segmentId: string) => void;
}

const wheelZoomPerPx = 1.0025;
const linePx = 16;

/** Turns pointer and wheel events of the canvas into gestures; returns how to stop. */
export function controlByPointer(
  element: HTMLElement,
  canvas: TimelineCanvas,
  store: TimelineStore,
  handlers: PointerHandlers,
): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  let gesture: Gesture | undefined;
  /** Changes that are on their way to the host: shown as they will be. */
  const settling = new Map<string, Moment>();

  const placeOf = (event: MouseEvent) => {
    const box = element.getBoundingClientRect();
    return { xPx: event.clientX - box.left, yPx: event.clientY - box.top };
  };
  const hitOf = (event: MouseEvent): Hit => {
    const { xPx, yPx } = placeOf(event);
    return hitTest(canvas.layout, store.getState().view, xPx, yPx);
  };
  const pointerOf = (event: PointerEvent) => ({
    xPx: placeOf(event).xPx,
    button: event.button,
    several: event.ctrlKey || event.metaKey,
    shift: event.shiftKey,
    free: event.altKey,
  });

  function showGesture(): void {
    const overrides = new Map(settling);
    if (gesture?.type === 'retime') overrides.set(gesture.segment.id, gesture.preview);
    showMoving(overrides);
    canvas.showGesture({
      overrides,
      snappedSec: gesture?.type === 'retime' ? gesture.snappedSec : undefined,
      drawn: gesture?.type === 'draw' ? gesture.preview : undefined,
    });
  }

  /** What stands beside the timeline follows, too, also while the change is on its way. */
  function showMoving(overrides: ReadonlyMap<string, Moment>): void {
    const [moved] = overrides;
    const moving = moved === undefined ? undefined : { id: moved[0], ...edgesOf(moved[1]) };
    if (moving !== undefined || store.getState().moving !== undefined) store.actions.setMoving(moving);
  }

  function carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'seek':
          handlers.seek(effect.timeSec);
          break;
        case 'view':
          store.setState({ view: effect.view });
          break;
        case 'select':
          handlers.select(effect.ids);
          break;
        case 'toggle':
          store.actions.toggleSelected(effect.id);
          handlers.select(store.getState().selection);
          break;
        case 'edit':
          settle(effect);
          break;
      }
    }
  }

  function settle({ edit, segmentId, shown }: Extract<Effect, { type: 'edit' }>): void {
    if (segmentId !== undefined && shown) settling.set(segmentId, shown);
    void Promise.resolve(handlers.edit(edit)).finally(() => {
      if (segmentId !== undefined) settling.delete(segmentId);
      showGesture();
    });
  }

  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    handler: (event: HTMLElementEventMap[K]) => void,
    passive = true,
  ) => element.addEventListener(type, handler, { signal, passive });

  on('pointerdown', (event) => {
    element.setPointerCapture(event.pointerId);
    const step = pressed(handlers.context(), hitOf(event), pointerOf(event));
    gesture = step.gesture;
    carryOut(step.effects);
    showGesture();
  });
  on('pointermove', (event) => {
    if (gesture) {
      const step = dragged(handlers.context(), gesture, pointerOf(event));
      gesture = step.gesture;
      carryOut(step.effects);
      showGesture();
    }
    const hit = hitOf(event);
    element.style.cursor = cursorFor(gesture, hit);
    const { left, top } = element.getBoundingClientRect();
    store.actions.setHover({
      timeSec: hit.timeSec,
      xPx: event.clientX - left,
      stageLeftPx: left,
      stageTopPx: top,
      segmentId: hit.segment?.id,
    });
  });
  on('pointerup', () => {
    if (!gesture) return;
    const ended = gesture;
    gesture = undefined;
    carryOut(released(handlers.context(), ended));
    showGesture();
  });
  on('pointercancel', () => {
    gesture = undefined;
    showGesture();
  });
  on('pointerleave', () => store.actions.setHover(undefined));
  on('dblclick', (event) => {
    const { segment } = hitOf(event);
    if (segment) handlers.open(segment.id);
  });
  on(
    'wheel',
    (event) => {
      event.preventDefault();
      const { view } = store.getState();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? linePx : 1;
      if (event.ctrlKey || event.metaKey || event.altKey) {
        const anchorSec = pxToSec(view, placeOf(event).xPx);
        store.actions.zoomBy(wheelZoomPerPx ** (-event.deltaY * unit), anchorSec);
        return;
      }
      const delta = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY;
      store.actions.panBy((delta * unit) / pxPerSec(view));
    },
    false,
  );
  addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || !gesture) return;
      gesture = undefined;
      showGesture();
    },
    { signal },
  );
  return () => stop.abort();
}

function cursorFor(gesture: Gesture | undefined, hit: Hit): string {
  if (gesture?.type === 'pan') return 'grabbing';
  if (gesture?.type === 'retime') return gesture.grip.part === 'whole' ? 'grabbing' : 'ew-resize';
  if (hit.edge) return 'ew-resize';
  return hit.segment ? 'pointer' : 'default';
}

function edgesOf({ startSec, endSec }: Moment): Moment {
  return { startSec, endSec };
}
