import { formatShare } from '../../ui/format.ts';
import styles from './ShareBar.module.css';

/** A share as a bar and in words: how sure the grounder is, or what the verifier gives. */
export function ShareBar({ share, look }: { readonly share: number; readonly look: 'confidence' | 'score' }) {
  return (
    <span className={styles.bar} data-look={look}>
      <span className={styles.track} aria-hidden="true">
        <span className={styles.fill} style={{ transform: `scaleX(${Math.min(1, Math.max(0, share))})` }} />
      </span>
      {formatShare(share)}
    </span>
  );
}
