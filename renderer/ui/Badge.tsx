import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './Badge.module.css';

export interface BadgeProps {
  readonly look?: 'plain' | 'accent' | 'good' | 'warn' | 'bad';
  readonly children: ReactNode;
}

/** A word or number about what stands beside it. */
export function Badge({ look = 'plain', children }: BadgeProps) {
  return <span className={classNames(styles.badge, styles[look])}>{children}</span>;
}
