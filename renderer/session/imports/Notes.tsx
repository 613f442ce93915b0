import type { ReactNode } from 'react';
import styles from './ImportAnnotationsDialog.module.css';

/** What a person should know of a file before anything of it is taken over: a heading and a list, nothing without entries. */
export function Notes({
  title,
  entries,
}: {
  readonly title: string;
  readonly entries: readonly { readonly key: string; readonly words: ReactNode }[];
}) {
  if (entries.length === 0) return null;
  return (
    <section className={styles.notes} aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {entries.map(({ key, words }) => (
          <li key={key}>{words}</li>
        ))}
      </ul>
    </section>
  );
}
