import { classNames } from './class-names.ts';
import styles from './Meter.module.css';

export interface MeterProps {
  /** What goes on, for screen readers. */
  readonly label: string;
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
  readonly paused?: boolean;
}

/** How far something is. */
export function Meter({ label, done, total, paused = false }: MeterProps) {
  const share = total > 0 ? Math.min(1, done / total) : undefined;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(share === undefined ? {} : { 'aria-valuenow': Math.round(share * 100) })}
      className={styles.track}
    >
      <div
        className={classNames(styles.bar, share === undefined && styles.unknown, paused && styles.paused)}
        style={share === undefined ? undefined : { transform: `scaleX(${share})` }}
      />
    </div>
  );
}
