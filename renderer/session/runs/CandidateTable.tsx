import { Bookmark, BookmarkCheck } from 'lucide-react';
import type { Run } from '../../../electron/host/contract/runs.ts';
import type { Candidate, Moment } from '../../../native-models/protocol/run-record.ts';
import { keepCandidate } from '../../app/actions/keep-candidate.ts';
import { shownAnnotations } from '../../app/library/selectors.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { sessionTexts } from '../texts.ts';
import { MomentLink } from './MomentLink.tsx';
import { momentOf } from './run-findings.ts';
import type { CandidateView, RunView } from './run-view.ts';
import { ShareBar } from './ShareBar.tsx';
import styles from './CandidateTable.module.css';

const texts = sessionTexts.run;
type Row = Candidate & { readonly state?: CandidateView['state'] };

export interface CandidateTableProps {
  readonly run: Run;
  readonly view: RunView | undefined;
}

/** The candidate moments with confidence and score; best first as soon as they are ranked. */
export function CandidateTable({ run, view }: CandidateTableProps) {
  const rows: readonly Row[] = view?.ranked ?? view?.candidates ?? run.record?.candidates ?? [];
  if (rows.length === 0) return null;
  const chosen = momentOf(run, view);
  const ranked = view === undefined || view.ranked !== undefined;
  const withScores = rows.some(
    ({ state, verifierScore }) => state === 'verifying' || verifierScore !== undefined,
  );
  return (
    <section aria-label={texts.candidates}>
      <h3 className={styles.title}>{texts.candidates}</h3>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{texts.moment}</th>
            <th scope="col">{texts.confidence}</th>
            {withScores && <th scope="col">{texts.score}</th>}
            <th scope="col">
              <span className="only-heard">{texts.keep}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index} className={classNames(isSame(row, chosen) && styles.chosen)}>
              <td>
                <MomentLink moment={row} />
                {isSame(row, chosen) && <span className={styles.sign}>{texts.chosen}</span>}
              </td>
              <td>
                <ShareBar share={row.confidence} look="confidence" />
              </td>
              {withScores && (
                <td>
                  {row.verifierScore !== undefined ? (
                    <ShareBar share={row.verifierScore} look="score" />
                  ) : (
                    row.state === 'verifying' && <span className={styles.looking}>{texts.looking}</span>
                  )}
                </td>
              )}
              <td className={styles.keep}>{ranked && <KeepButton run={run} row={row} index={index} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function KeepButton({ run, row, index }: { readonly run: Run; readonly row: Row; readonly index: number }) {
  const app = useApp();
  const kept = useLibrary((state) =>
    shownAnnotations(state)
      .ofVideo(run.question.videoId)
      .some((annotation) => annotation.runId === run.id && annotation.candidateIndex === index),
  );
  return (
    <IconButton
      label={kept ? texts.kept : texts.keep}
      disabled={kept}
      icon={kept ? <BookmarkCheck size={14} aria-hidden="true" /> : <Bookmark size={14} aria-hidden="true" />}
      onClick={() => keepCandidate(app, run, row, index)}
    />
  );
}

function isSame(row: Moment, moment: Moment | undefined): boolean {
  return moment !== undefined && row.startSec === moment.startSec && row.endSec === moment.endSec;
}
