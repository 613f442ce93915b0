import { NumberInput } from '../../ui/Field.tsx';
import { overviewTexts } from '../texts.ts';
import type { Range } from './moment-rows.ts';
import styles from './RangeFields.module.css';

const texts = overviewTexts.moments;

export interface RangeFieldsProps {
  readonly label: string;
  readonly value: Range;
  readonly onChange: (value: Range) => void;
  readonly step: number;
}

/** From and to of a number that is looked for. */
export function RangeFields({ label, value, onChange, step }: RangeFieldsProps) {
  return (
    <span className={styles.range} role="group" aria-label={label}>
      <span>{texts.from(label)}</span>
      <NumberInput
        aria-label={texts.from(label)}
        className={styles.number}
        step={step}
        min={0}
        value={value.from}
        onChange={(from) => onChange({ ...value, from })}
      />
      <span>{texts.to}</span>
      <NumberInput
        aria-label={`${label} ${texts.to}`}
        className={styles.number}
        step={step}
        min={0}
        value={value.to}
        onChange={(to) => onChange({ ...value, to })}
      />
    </span>
  );
}
