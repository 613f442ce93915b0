import {
  Columns2,
  Ellipsis,
  Flag,
  History,
  PencilLine,
  RotateCcw,
  Square,
  Telescope,
  ThumbsDown,
  ThumbsUp,
  Trash2,
} from 'lucide-react';
import { useState } from 'react';
import type { Run } from '../../../electron/host/contract/runs.ts';
import {
  askToRemoveRun,
  cancelRun,
  editAgain,
  replayRun,
  reviewRun,
  runAgain,
  searchFurther,
  settleRun,
} from '../../app/actions/run-actions.ts';
import { isActive } from '../../app/library/selectors.ts';
import { useApp } from '../../app/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { formatSpan } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { sessionTexts } from '../texts.ts';
import { TimeLeft } from './TimeLeft.tsx';
import { RunStateSign } from './RunStateSign.tsx';
import styles from './RunHead.module.css';

const texts = sessionTexts.run;

/** The question, how it is with it, and what can be done. */
export function RunHead({ run }: { readonly run: Run }) {
  const app = useApp();
  const { options } = run.question;
  const total = run.record?.timings['totalSec'];
  const toggle = (review: 'accepted' | 'rejected') => () =>
    void reviewRun(app, run.id, { review: run.review === review ? 'open' : review });
  return (
    <header className={styles.head}>
      <div className={styles.line}>
        <span className={styles.state} data-state={run.state}>
          <RunStateSign state={run.state} named /> {texts.states[run.state]}
        </span>
        <span className={styles.model}>
          {[...(total === undefined ? [] : [formatSpan(total)]), run.modelName].join(' · ')}
          {run.state === 'running' && <TimeLeft run={run} />}
        </span>
        {isActive(run) ? (
          <>
            {run.state === 'running' && searches(run) && <SettleButton run={run} />}
            <CancelButton run={run} />
          </>
        ) : (
          <>
            {run.record?.search !== undefined && run.record.search.leftOut.length > 0 && (
              <Button
                small
                icon={<Telescope size={12} aria-hidden="true" />}
                onClick={() => void searchFurther(app, run)}
              >
                {texts.searchFurther}
              </Button>
            )}
            {run.record?.answer !== undefined && (
              <>
                <IconButton
                  label={texts.accept}
                  aria-pressed={run.review === 'accepted'}
                  icon={<ThumbsUp size={15} aria-hidden="true" />}
                  onClick={toggle('accepted')}
                />
                <IconButton
                  label={texts.reject}
                  aria-pressed={run.review === 'rejected'}
                  icon={<ThumbsDown size={15} aria-hidden="true" />}
                  onClick={toggle('rejected')}
                />
              </>
            )}
            {/* Where Cancel was there is nothing that a press too many would decide. */}
            <IconButton
              label={texts.replayPlay}
              icon={<History size={15} aria-hidden="true" />}
              onClick={() => void replayRun(app, run.id)}
            />
            <Menu
              align="end"
              trigger={<IconButton label={texts.menu} icon={<Ellipsis size={16} aria-hidden="true" />} />}
              entries={[
                {
                  kind: 'item',
                  id: 'again',
                  label: texts.again,
                  icon: <RotateCcw size={14} />,
                  onSelect: () => void runAgain(app, run),
                },
                {
                  kind: 'item',
                  id: 'edit',
                  label: texts.editAgain,
                  icon: <PencilLine size={14} />,
                  onSelect: () => editAgain(app, run),
                },
                {
                  kind: 'item',
                  id: 'compare',
                  label: texts.compareWith,
                  icon: <Columns2 size={14} />,
                  onSelect: () => app.workspace.setState({ rightTab: 'compare' }),
                },
                { kind: 'separator', id: 's' },
                {
                  kind: 'item',
                  id: 'remove',
                  label: texts.remove,
                  icon: <Trash2 size={14} />,
                  danger: true,
                  onSelect: () => askToRemoveRun(app, run),
                },
              ]}
            />
          </>
        )}
      </div>
      <h2 className={styles.question}>{run.question.question}</h2>
      {options !== undefined && (
        <ol className={styles.options}>
          {options.map((option, index) => (
            <li key={index} data-chosen={run.record?.answer?.option === String.fromCharCode(65 + index)}>
              <span className={styles.letter}>{String.fromCharCode(65 + index)}</span> {option}
            </li>
          ))}
        </ol>
      )}
    </header>
  );
}

/** Whether a run looks through its video window by window, as far as is known before it is done. */
function searches({ question }: Run): boolean {
  return question.search !== undefined && question.search.mode !== 'whole';
}

function SettleButton({ run }: { readonly run: Run }) {
  const app = useApp();
  const [settling, setSettling] = useState(false);
  return (
    <Button
      small
      disabled={settling}
      icon={<Flag size={12} aria-hidden="true" />}
      onClick={() => {
        setSettling(true);
        void settleRun(app, run.id).then(setSettling);
      }}
    >
      {settling ? texts.settling : texts.settle}
    </Button>
  );
}

function CancelButton({ run }: { readonly run: Run }) {
  const app = useApp();
  const [stopping, setStopping] = useState(false);
  return (
    <Button
      small
      disabled={stopping}
      icon={<Square size={12} aria-hidden="true" />}
      onClick={() => {
        setStopping(true);
        void cancelRun(app, run.id).finally(() => setStopping(false));
      }}
    >
      {stopping ? texts.cancelling : texts.cancel}
    </Button>
  );
}
