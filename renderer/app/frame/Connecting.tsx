import { useStore } from 'zustand';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { remedyInWindow } from '../../ui/window-remedies.ts';
import { appTexts } from '../texts.ts';
import { useApp } from '../use-app.ts';

/** Until the program is reached for the first time. */
export function Connecting() {
  const { connection } = useApp();
  const { status, reason } = useStore(connection.store);
  if (status !== 'lost') {
    return <p className="only-heard">{appTexts.connecting}</p>;
  }
  return (
    <EmptyState
      title={reason?.code === 'ACCESS_DENIED' ? appTexts.refused : appTexts.neverReached}
      actions={
        <Button look="primary" onClick={connection.retryNow}>
          {appTexts.retryNow}
        </Button>
      }
    >
      {remedyInWindow(reason?.remedy ?? '')}
    </EmptyState>
  );
}
