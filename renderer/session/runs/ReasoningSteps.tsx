import { reasoningSteps } from '../../../native-models/protocol/reasoning-steps.ts';
import { Fold } from '../../ui/Fold.tsx';
import { sessionTexts } from '../texts.ts';
import styles from './ReasoningSteps.module.css';

export interface ReasoningStepsProps {
  readonly reasoning: string;
  /** It is still being written. */
  readonly growing: boolean;
}

/** What a model thought, step by step. */
export function ReasoningSteps({ reasoning, growing }: ReasoningStepsProps) {
  const steps = reasoningSteps(reasoning);
  return (
    <Fold
      title={<span className={styles.title}>{sessionTexts.run.reasoning}</span>}
      aside={<span className={styles.count}>{steps.length}</span>}
      startsOpen={growing}
    >
      <ol className={styles.steps}>
        {steps.map((step, index) => (
          <li key={index}>{step}</li>
        ))}
      </ol>
    </Fold>
  );
}
