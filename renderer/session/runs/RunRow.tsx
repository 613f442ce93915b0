import { X } from 'lucide-react';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { cancelRun, showRun } from '../../app/actions/run-actions.ts';
import { isActive } from '../../app/library/selectors.ts';
import { useApp, useLibrary, useWorkspace } from '../../app/use-app.ts';
import { formatMoment } from '../../ui/format.ts';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { sessionTexts } from '../texts.ts';
import { chosenOption } from './run-findings.ts';
import { RunStateSign } from './RunStateSign.tsx';
import styles from './RunRow.module.css';

export interface RunRowProps {
  readonly run: Run;
  /** With a button that stops it. */
  readonly cancellable?: boolean;
  /** Names the video too. */
  readonly withVideo?: boolean;
}

/** A question in a list, and what became of it. */
export function RunRow({ run, cancellable = false, withVideo = false }: RunRowProps) {
  const app = useApp();
  const shown = useWorkspace((state) => state.runId === run.id);
  const videoName = useLibrary((state) => state.videos[run.question.videoId]?.name);
  const answer = run.record?.answer;
  const words =
    run.error?.message ??
    chosenOption(run, answer?.option) ??
    answer?.text ??
    (run.state === 'done' ? '' : sessionTexts.run.states[run.state]);
  const about = [run.modelName, ...(withVideo && videoName !== undefined ? [videoName] : [])].join(' · ');
  return (
    <div className={classNames(styles.row, shown && styles.shown)}>
      <button
        type="button"
        className={styles.main}
        aria-current={shown ? 'true' : undefined}
        onClick={() => showRun(app, run.id)}
      >
        <RunStateSign state={run.state} />
        <span className={styles.words}>
          <span className={styles.question}>{run.question.question}</span>
          {words !== '' && <span className={styles.answer}>{words}</span>}
          <span className={styles.facts}>
            <span className={styles.about}>{about}</span>
            <time>{formatMoment(run.createdAtMs)}</time>
          </span>
        </span>
      </button>
      {cancellable && isActive(run) && (
        <IconButton
          label={sessionTexts.run.cancel}
          icon={<X size={14} aria-hidden="true" />}
          onClick={() => void cancelRun(app, run.id)}
        />
      )}
    </div>
  );
}
