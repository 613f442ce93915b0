import { Ban, Check, CircleAlert, CircleDashed, Clock, LoaderCircle } from 'lucide-react';
import type { RunState as State } from '../../../electron/host/contract/runs.ts';
import { sessionTexts } from '../texts.ts';
import styles from './RunStateSign.module.css';

const icons = {
  queued: Clock,
  running: LoaderCircle,
  done: Check,
  failed: CircleAlert,
  cancelled: Ban,
  interrupted: CircleDashed,
} as const;

/** How it is with a run, as a sign with a name. */
export function RunStateSign({ state, size = 14 }: { readonly state: State; readonly size?: number }) {
  const Icon = icons[state];
  return (
    <span className={styles.sign} data-state={state} title={sessionTexts.run.states[state]}>
      <Icon size={size} aria-hidden="true" />
      <span className="only-heard">{sessionTexts.run.states[state]}</span>
    </span>
  );
}
