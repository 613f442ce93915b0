import type { Run } from '../../../electron/host/contract/runs.ts';
import { isActive } from '../../app/library/selectors.ts';
import { useRunSeen } from '../../app/use-run-seen.ts';
import { sessionTexts } from '../texts.ts';
import type { RunView } from './run-view.ts';
import { StepCard } from './StepCard.tsx';
import styles from './StepList.module.css';

export interface StepListProps {
  readonly run: Run;
  readonly view: RunView;
}

/** The steps of a run, one role after the other; those that are still to come are named. */
export function StepList({ run, view }: StepListProps) {
  const seen = useRunSeen();
  const begun = new Set(view.steps.map(({ role }) => role));
  const skipped = view.plan?.grounding === false ? ['grounder', 'verifier'] : [];
  const toCome = isActive(run)
    ? view.roles.filter((role) => !begun.has(role) && !skipped.includes(role))
    : [];
  return (
    <ol className={styles.steps}>
      {view.steps.map((step, index) => (
        <StepCard
          key={`${step.role}-${index}`}
          step={step}
          run={run}
          view={view}
          prompts={seen?.result.prompts?.[step.role]}
        />
      ))}
      {toCome.map((role) => (
        <li key={role} className={styles.toCome} data-role={role}>
          <span className={styles.dot} aria-hidden="true" />
          {sessionTexts.roles[role]}
          <span className={styles.hint}>{sessionTexts.roleHints[role]}</span>
        </li>
      ))}
    </ol>
  );
}
