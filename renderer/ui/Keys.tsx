import styles from './Keys.module.css';

/** Keys as they are shown, such as `Ctrl+K`: each on a cap of its own. */
export function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className={styles.keys}>
      {keys.split(' ').map((key) => (
        <kbd key={key} className={styles.key}>
          {key}
        </kbd>
      ))}
    </span>
  );
}
