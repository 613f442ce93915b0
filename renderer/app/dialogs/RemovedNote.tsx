import { Button } from '../../ui/Button.tsx';
import { moveInHistory } from '../actions/annotation-actions.ts';
import { appTexts } from '../texts.ts';
import { useApp } from '../use-app.ts';
import styles from './RemovedNote.module.css';

/** What was removed just now, with the way to take that back; nothing where nothing was. */
export function RemovedNote({
  removed,
  onTakenBack,
}: {
  readonly removed: string | undefined;
  readonly onTakenBack: () => void;
}) {
  const app = useApp();
  if (removed === undefined) return null;
  return (
    <p className={styles.removed} role="status">
      {removed}
      <Button
        onClick={() => {
          onTakenBack();
          void moveInHistory(app, 'undo');
        }}
      >
        {appTexts.takeBack}
      </Button>
    </p>
  );
}
