import styles from './LabelTag.module.css';

export interface LabelTagProps {
  readonly name: string;
  /** Label colour of the design system, 0..7. */
  readonly color: number | undefined;
}

/** A label as it stands beside what has it. */
export function LabelTag({ name, color }: LabelTagProps) {
  return (
    <span className={styles.label} data-color={color} title={name}>
      {name}
    </span>
  );
}
