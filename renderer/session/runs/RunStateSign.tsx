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

export interface RunStateSignProps {
  readonly state: State;
  readonly size?: number;
  /** The state stands in words beside it. */
  readonly named?: boolean;
}

/** How it is with a run, as a sign; with a name for those who do not see it, unless it is named beside it. */
export function RunStateSign({ state, size = 14, named = false }: RunStateSignProps) {
  const Icon = icons[state];
  return (
    <span className={styles.sign} data-state={state} title={sessionTexts.run.states[state]}>
      <Icon size={size} aria-hidden="true" />
      {!named && <span className="only-heard">{sessionTexts.run.states[state]}</span>}
    </span>
  );
}
