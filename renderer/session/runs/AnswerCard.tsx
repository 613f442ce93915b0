import type { Run } from '../../../electron/host/contract/runs.ts';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { sessionTexts } from '../texts.ts';
import { MomentLink } from './MomentLink.tsx';
import { answerOf, chosenOption, doubtOf, momentOf } from './run-findings.ts';
import type { RunView } from './run-view.ts';
import styles from './AnswerCard.module.css';

const texts = sessionTexts.run;

export interface AnswerCardProps {
  readonly run: Run;
  readonly view: RunView | undefined;
}

/** The answer, and the moment that proves it as a citation; while it is written, as far as it is. */
export function AnswerCard({ run, view }: AnswerCardProps) {
  const answer = answerOf(run, view);
  const moment = momentOf(run, view);
  const speaking = view?.steps.findLast(({ role }) => role === 'answerer' || role === 'reasoner');
  const streaming = answer === undefined && speaking?.endedMs === undefined ? speaking?.reply : undefined;
  if (answer === undefined && moment === undefined && (streaming ?? '') === '') return null;
  const doubt = doubtOf(run, view);
  const option = chosenOption(run, answer?.option);
  return (
    <section className={styles.card} data-doubted={doubt !== undefined} aria-label={texts.answer}>
      <div className={styles.answer} aria-live="polite">
        {option !== undefined && answer?.option !== undefined ? (
          <p className={styles.text}>
            <span className={styles.letter}>{answer.option}</span> {option}
          </p>
        ) : (
          <p className={styles.text}>{answer?.text ?? streaming ?? ''}</p>
        )}
        {answer !== undefined && answer.text.trim() === '' && <p className={styles.none}>{texts.wordless}</p>}
        {answer === undefined && run.state === 'done' && view?.answer === undefined && (
          <p className={styles.none}>{texts.noAnswer}</p>
        )}
        {option !== undefined && answer !== undefined && ![option, answer.option].includes(answer.text) && (
          <p className={styles.raw}>{answer.text}</p>
        )}
      </div>
      {moment !== undefined && (
        <div className={styles.proof}>
          <MomentLink moment={moment} large />
          <span className={styles.label}>{doubt === undefined ? texts.proof : texts.doubtedMoment}</span>
        </div>
      )}
      {doubt !== undefined && <ErrorNote level="warning" message={doubt.message} />}
    </section>
  );
}
