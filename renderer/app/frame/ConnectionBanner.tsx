import { Unplug } from 'lucide-react';
import { useStore } from 'zustand';
import { Button } from '../../ui/Button.tsx';
import { remedyInWindow } from '../../ui/window-remedies.ts';
import { appTexts } from '../texts.ts';
import { useApp } from '../use-app.ts';
import styles from './ConnectionBanner.module.css';

/** Says that the program is not reached at the moment. */
export function ConnectionBanner() {
  const { connection } = useApp();
  const reason = useStore(connection.store, (state) => state.reason);
  const refused = reason?.code === 'ACCESS_DENIED';
  return (
    <div className={styles.banner} role="status">
      <Unplug size={15} aria-hidden="true" />
      <p>
        <strong>{refused ? appTexts.refused : `${appTexts.lostTitle}.`}</strong>{' '}
        {refused ? remedyInWindow(reason.remedy) : appTexts.lostText}
      </p>
      <Button small onClick={connection.retryNow}>
        {appTexts.retryNow}
      </Button>
    </div>
  );
}
