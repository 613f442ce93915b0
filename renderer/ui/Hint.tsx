import { Tooltip } from '@base-ui/react/tooltip';
import type { ReactElement } from 'react';
import { Keys } from './Keys.tsx';
import styles from './Hint.module.css';

export interface HintProps {
  readonly text: string;
  readonly keys?: string | undefined;
  /** What is pointed at. */
  readonly children: ReactElement;
}

/** A few words beside what is pointed at or focused. */
export function Hint({ text, keys, children }: HintProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} collisionPadding={8} className={styles.positioner}>
          <Tooltip.Popup className={styles.hint}>
            {text}
            {keys !== undefined && <Keys keys={keys} />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
