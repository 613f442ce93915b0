import { Unplug } from 'lucide-react';
import { Button } from '../../ui/Button.tsx';
import { appTexts } from '../texts.ts';
import { useApp } from '../use-app.ts';
import styles from './ConnectionBanner.module.css';

/** Says that the program is not reached at the moment. */
export function ConnectionBanner() {
  const { connection } = useApp();
  return (
    <div className={styles.banner} role="status">
      <Unplug size={15} aria-hidden="true" />
      <p>
        <strong>{appTexts.lostTitle}.</strong> {appTexts.lostText}
      </p>
      <Button small onClick={connection.retryNow}>
        {appTexts.retryNow}
      </Button>
    </div>
  );
}
