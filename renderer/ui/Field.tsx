import { useId } from 'react';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './Field.module.css';

export interface FieldProps {
  readonly label: string;
  /** The control's id, where others look for it; absent: any. */
  readonly id?: string | undefined;
  readonly hint?: string | undefined;
  /** Why what was written is not taken. */
  readonly problem?: string | undefined;
  /** Gets the id that the label is for. */
  readonly children: (id: string) => ReactNode;
  readonly className?: string | undefined;
}

/** A label over a control. */
export function Field({ label, id: given, hint, problem, children, className }: FieldProps) {
  const made = useId();
  const id = given ?? made;
  return (
    <div className={classNames(styles.field, className)}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      {children(id)}
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      {hint !== undefined && <p className={styles.hint}>{hint}</p>}
    </div>
  );
}

/** A line of text. */
export function TextInput({ className, ...rest }: ComponentPropsWithRef<'input'>) {
  return <input type="text" autoComplete="off" {...rest} className={classNames(styles.input, className)} />;
}

export interface SearchInputProps {
  readonly label: string;
  readonly words: string;
  readonly onWords: (words: string) => void;
  readonly className?: string | undefined;
}

/** Words that are looked for; its label stands in it while there are none. */
export function SearchInput({ label, words, onWords, className }: SearchInputProps) {
  return (
    <TextInput
      type="search"
      className={className}
      aria-label={label}
      placeholder={label}
      value={words}
      onChange={(event) => onWords(event.target.value)}
    />
  );
}

/** Several lines of text. */
export function TextArea({ className, ...rest }: ComponentPropsWithRef<'textarea'>) {
  return <textarea {...rest} className={classNames(styles.input, styles.area, className)} />;
}

export interface NumberInputProps extends Omit<
  ComponentPropsWithRef<'input'>,
  'value' | 'onChange' | 'min' | 'max' | 'step'
> {
  /** Undefined: left to the default, which the placeholder names. */
  readonly value: number | undefined;
  readonly onChange: (value: number | undefined) => void;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
}

/** A number; what is no number, or beyond the borders, does not get in. */
export function NumberInput({ value, onChange, min, max, className, ...rest }: NumberInputProps) {
  return (
    <input
      type="number"
      {...rest}
      min={min}
      max={max}
      value={value ?? ''}
      className={classNames(styles.input, className)}
      onChange={(event) => {
        const next = event.target.valueAsNumber;
        if (Number.isNaN(next)) onChange(undefined);
        else onChange(Math.min(max ?? Infinity, Math.max(min ?? -Infinity, next)));
      }}
    />
  );
}

export interface CheckProps {
  readonly label: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

/** A box to tick. */
export function Check({ label, checked, onChange, disabled = false }: CheckProps) {
  return (
    <label className={styles.check}>
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
