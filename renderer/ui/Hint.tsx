import { Tooltip } from '@base-ui/react/tooltip';
import { useRef, type ReactElement } from 'react';
import { Keys } from './Keys.tsx';
import styles from './Hint.module.css';

export interface HintProps {
  readonly text: string;
  readonly keys?: string | undefined;
  /** What is pointed at. */
  readonly children: ReactElement;
}

/** Between what is pointed at and the hint, and how far beside the hint a pointer still is at it: it has to cross the gap. */
const gapPx = 6;
const aroundPx = 8;

/**
 * A few words beside what is pointed at or focused, until neither is so any more, or Escape is pressed. The pointer may go
 * over the hint without losing it, as it must on magnified screens; what is clicked there is what lies under it.
 */
export function Hint({ text, keys, children }: HintProps) {
  const popup = useRef<HTMLDivElement>(null);
  const actions = useRef<Tooltip.Root.Actions>(null);
  const onOpenChange = (open: boolean, details: Tooltip.Root.ChangeEventDetails): void => {
    const { reason, event } = details;
    if (open || reason !== 'trigger-hover' || !isAt(popup.current, event)) return;
    details.cancel();
    const pointedAt = event.target;
    const follow = (move: PointerEvent): void => {
      if (isAt(popup.current, move)) return;
      removeEventListener('pointermove', follow);
      const isBack =
        move.target instanceof Node && pointedAt instanceof Node && pointedAt.contains(move.target);
      // One that Escape has closed already is not closed again: it could not open then until the pointer has left.
      if (popup.current !== null && !isBack) actions.current?.close();
    };
    addEventListener('pointermove', follow);
  };
  return (
    <Tooltip.Root disableHoverablePopup actionsRef={actions} onOpenChange={onOpenChange}>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={gapPx} collisionPadding={8} className={styles.positioner}>
          <Tooltip.Popup className={styles.hint} ref={popup} data-testid="hint">
            {text}
            {keys !== undefined && <Keys keys={keys} />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** Whether a pointer is over a hint that is shown, or as good as. */
function isAt(popup: HTMLElement | null, event: Event): boolean {
  if (popup === null || !(event instanceof MouseEvent)) return false;
  const { left, right, top, bottom } = popup.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  return x >= left - aroundPx && x <= right + aroundPx && y >= top - aroundPx && y <= bottom + aroundPx;
}
