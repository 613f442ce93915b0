import { useRef } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';
import { classNames } from './class-names.ts';
import { uiTexts } from './texts.ts';
import styles from './Splitter.module.css';

export interface SplitterProps {
  /** What it resizes. */
  readonly label: string;
  /** `vertical`: a line between left and right. */
  readonly line: 'vertical' | 'horizontal';
  /** Size of what it resizes, in pixels. */
  readonly size: number;
  readonly min: number;
  readonly max: number;
  /** True when what it resizes lies right of it or below it. */
  readonly after?: boolean;
  /** While it is dragged (`done` false), and once at the end. */
  readonly onResize: (size: number, done: boolean) => void;
}

const stepPixels = 16;

/** A line between panes that can be dragged, or moved with the arrow keys, Home (smallest) and End (largest). */
export function Splitter({ label, line, size, min, max, after = false, onResize }: SplitterProps) {
  const drag = useRef<{ at: number; size: number } | undefined>(undefined);
  const clamp = (wanted: number): number => Math.round(Math.min(max, Math.max(min, wanted)));
  const position = (event: PointerEvent): number => (line === 'vertical' ? event.clientX : event.clientY);
  const dragged = (event: PointerEvent): number | undefined => {
    if (drag.current === undefined) return undefined;
    const moved = position(event) - drag.current.at;
    return clamp(drag.current.size + (after ? -moved : moved));
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const [less, more] = line === 'vertical' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const wanted = new Map([
      [less, size + (after ? stepPixels : -stepPixels)],
      [more, size + (after ? -stepPixels : stepPixels)],
      ['Home', min],
      ['End', max],
    ]).get(event.key);
    if (wanted === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onResize(clamp(wanted), true);
  };

  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={uiTexts.resize(label)}
      aria-orientation={line}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      className={classNames(styles.splitter, styles[line], after && styles.after)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { at: position(event), size };
      }}
      onPointerMove={(event) => {
        const next = dragged(event);
        if (next !== undefined) onResize(next, false);
      }}
      onPointerUp={(event) => {
        const next = dragged(event);
        drag.current = undefined;
        if (next !== undefined) onResize(next, true);
      }}
    />
  );
}
