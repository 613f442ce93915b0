import { ArrowDown, ArrowUp } from 'lucide-react';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { cancelRuns, moveRun } from '../../app/actions/run-actions.ts';
import { queuedInOrder } from '../../app/library/selectors.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { RunRow } from '../runs/RunRow.tsx';
import { sessionTexts } from '../texts.ts';
import styles from './QueueList.module.css';

const texts = sessionTexts.asking;

/** Questions that run or wait, in the order in which they are answered; those that wait can change places. */
export function QueueList() {
  const app = useApp();
  const runs = queuedInOrder(useLibrary((state) => state.runs));
  const waiting = runs.filter(({ state }) => state === 'queued');
  const withVideo = new Set(runs.map(({ question }) => question.videoId)).size > 1;
  if (runs.length === 0) return null;
  return (
    <section aria-label={texts.queue}>
      <div className={styles.head}>
        <h2 className={styles.title}>{texts.queue}</h2>
        {runs.length > 1 && (
          <Button small look="quiet" onClick={() => void cancelRuns(app, runs)}>
            {texts.stopAll}
          </Button>
        )}
      </div>
      <ul>
        {runs.map((run) => (
          <li key={run.id} className={styles.item}>
            <div className={styles.run}>
              <RunRow run={run} cancellable withVideo={withVideo} />
            </div>
            {waiting.length > 1 && (
              <div className={styles.places}>
                {run.state === 'queued' && <Places run={run} waiting={waiting} />}
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Places({ run, waiting }: { readonly run: Run; readonly waiting: readonly Run[] }) {
  const app = useApp();
  const place = waiting.indexOf(run);
  const before = waiting[place - 1];
  return (
    <>
      <IconButton
        label={texts.sooner}
        disabled={before === undefined}
        icon={<ArrowUp size={14} aria-hidden="true" />}
        onClick={() => void moveRun(app, run.id, before?.id ?? null)}
      />
      <IconButton
        label={texts.later}
        disabled={place === waiting.length - 1}
        icon={<ArrowDown size={14} aria-hidden="true" />}
        onClick={() => void moveRun(app, run.id, waiting[place + 2]?.id ?? null)}
      />
    </>
  );
}
