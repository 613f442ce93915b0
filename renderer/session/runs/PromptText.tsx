import styles from './PromptText.module.css';

/** A prompt after its chat template, as it is. */
export function PromptText({ prompt }: { readonly prompt: string }) {
  return <pre className={styles.prompt}>{prompt}</pre>;
}
