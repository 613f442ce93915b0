import { isActive, runsNewestFirst } from '../../app/library/selectors.ts';
import { useLibrary } from '../../app/use-app.ts';
import { RunRow } from '../runs/RunRow.tsx';
import { sessionTexts } from '../texts.ts';
import styles from './QueueList.module.css';

/** Questions that wait or run, in the order in which they are answered. */
export function QueueList() {
  const runs = runsNewestFirst(useLibrary((state) => state.runs))
    .filter(isActive)
    .toReversed();
  if (runs.length === 0) return null;
  return (
    <section aria-label={sessionTexts.asking.queue}>
      <h2 className={styles.title}>{sessionTexts.asking.queue}</h2>
      <ul>
        {runs.map((run) => (
          <li key={run.id}>
            <RunRow run={run} cancellable />
          </li>
        ))}
      </ul>
    </section>
  );
}
