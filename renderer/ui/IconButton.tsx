import type { ComponentPropsWithRef, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Hint } from './Hint.tsx';
import styles from './IconButton.module.css';

export interface IconButtonProps extends Omit<ComponentPropsWithRef<'button'>, 'children'> {
  /** What it does: its name for screen readers and its hint. */
  readonly label: string;
  /** The key that does the same, as it is shown. */
  readonly keys?: string | undefined;
  readonly icon: ReactNode;
  /** A number at its corner. */
  readonly count?: number;
}

/** A button with a picture; its name is shown when it is pointed at. */
export function IconButton({ label, keys, icon, count = 0, className, ...rest }: IconButtonProps) {
  return (
    <Hint text={label} keys={keys}>
      <button type="button" aria-label={label} {...rest} className={classNames(styles.button, className)}>
        {icon}
        {count > 0 && (
          <span className={styles.count} aria-hidden="true">
            {count}
          </span>
        )}
      </button>
    </Hint>
  );
}
