import { CornerDownRight, MessageSquarePlus } from 'lucide-react';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { askFurther, showRun } from '../../app/actions/run-actions.ts';
import { isActive } from '../../app/library/selectors.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { sessionTexts } from '../texts.ts';
import { MomentLink } from './MomentLink.tsx';
import { chosenOption } from './run-findings.ts';
import { followersOf, threadBefore } from './run-thread.ts';
import styles from './RunThread.module.css';

const texts = sessionTexts.run;

/** What was asked before a run that goes on from others, oldest first, each with its answer and moment. */
export function ThreadBefore({ run }: { readonly run: Run }) {
  const runs = useLibrary((state) => state.runs);
  const before = threadBefore(runs, run);
  if (before.length === 0) return null;
  return (
    <ol className={styles.thread} aria-label={texts.follows}>
      {before.map((each) => (
        <Turn key={each.id} run={each} />
      ))}
    </ol>
  );
}

/** What was asked further, in as many branches as there are, and the way to ask. */
export function ThreadAfter({ run }: { readonly run: Run }) {
  const app = useApp();
  const runs = useLibrary((state) => state.runs);
  const after = followersOf(runs, run);
  if (isActive(run)) return null;
  return (
    <>
      {after.length > 0 && (
        <ol className={styles.thread} aria-label={texts.followedBy}>
          {after.map((each) => (
            <Turn key={each.id} run={each} />
          ))}
        </ol>
      )}
      {run.record !== undefined && (
        <div>
          <Button
            icon={<MessageSquarePlus size={15} aria-hidden="true" />}
            onClick={() => askFurther(app, run)}
          >
            {texts.follow}
          </Button>
        </div>
      )}
    </>
  );
}

function Turn({ run }: { readonly run: Run }) {
  const app = useApp();
  const { record } = run;
  const answer = chosenOption(run, record?.answer?.option) ?? record?.answer?.text ?? texts.states[run.state];
  return (
    <li className={styles.turn}>
      <button type="button" className={styles.question} onClick={() => showRun(app, run.id)}>
        <CornerDownRight size={13} aria-hidden="true" />
        <span>{run.question.question}</span>
      </button>
      <div className={styles.answer}>
        <span>{answer}</span>
        {record?.moment !== undefined && <MomentLink moment={record.moment} />}
      </div>
    </li>
  );
}
