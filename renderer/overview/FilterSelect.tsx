import { Select } from '../ui/Select.tsx';
import type { SelectOption } from '../ui/Select.tsx';
import { overviewTexts as texts } from './texts.ts';

export interface FilterSelectProps {
  /** What is chosen by. */
  readonly label: string;
  /** '' is any. */
  readonly value: string;
  readonly options: readonly SelectOption<string>[];
  readonly onChange: (value: string) => void;
}

/** A choice of what is shown, which says what it is about while it lets everything through. */
export function FilterSelect({ label, value, options, onChange }: FilterSelectProps) {
  return (
    <Select
      label={label}
      value={value}
      options={[{ value: '', label: `${label}: ${texts.any}` }, ...options]}
      onChange={onChange}
    />
  );
}
