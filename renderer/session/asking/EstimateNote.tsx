import { Clock, Eye, MemoryStick, TriangleAlert } from 'lucide-react';
import type { RunEstimate } from '../../../electron/host/contract/runs.ts';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { aboutTime } from '../../../native-models/protocol/remaining-time.ts';
import type { Speaker } from '../../../native-models/protocol/roles.ts';
import { classNames } from '../../ui/class-names.ts';
import { formatBytes, formatSpan } from '../../ui/format.ts';
import { Fold } from '../../ui/Fold.tsx';
import { sessionTexts } from '../texts.ts';
import { furtherWarnings, needsTooMuch, samplingWords } from './estimate-words.ts';
import { useEstimate } from './use-estimate.ts';
import type { ToldEstimate } from './use-estimate.ts';
import styles from './EstimateNote.module.css';

const texts = sessionTexts.estimate;

/** What a run would look at and need, told before it is started. */
export function EstimateNote() {
  return <EstimateWords estimate={useEstimate()} />;
}

/** An estimate in words, or why there is none. */
export function EstimateWords({ estimate }: { readonly estimate: ToldEstimate | undefined }) {
  if (estimate === 'counting') return <p className={styles.looking}>{texts.counting}</p>;
  if (estimate === 'looking') return <p className={styles.looking}>{texts.looking}</p>;
  if (estimate === undefined) return null;
  if (estimate instanceof EngineError) {
    return (
      <section className={styles.note} aria-label={texts.title} aria-live="polite">
        <p className={classNames(styles.line, styles.warn)}>
          <TriangleAlert size={14} aria-hidden="true" />
          {`${texts.unknown} ${estimate.message} ${estimate.remedy}`}
        </p>
      </section>
    );
  }
  const sampling = samplingWords(estimate);
  const tooMuch = needsTooMuch(estimate);
  return (
    <section className={styles.note} aria-label={texts.title} aria-live="polite">
      {sampling !== undefined && (
        <p className={classNames(styles.line, sampling.sparse && styles.warn)}>
          {sampling.sparse ? (
            <TriangleAlert size={14} aria-hidden="true" />
          ) : (
            <Eye size={14} aria-hidden="true" />
          )}
          {sampling.words}
        </p>
      )}
      <p className={styles.line}>
        <Clock size={14} aria-hidden="true" />
        {estimate.time === undefined ? texts.timeUnknown : texts.time(aboutTime(estimate.time.seconds))}
      </p>
      <p className={classNames(styles.line, tooMuch && styles.warn)}>
        <MemoryStick size={14} aria-hidden="true" />
        {texts.memory(formatBytes(estimate.memoryBytes), formatBytes(estimate.availableMemoryBytes))}
        {tooMuch && ` ${texts.tooMuch}`}
      </p>
      {furtherWarnings(estimate).map((warning) => (
        <p key={warning.code} className={classNames(styles.line, styles.warn)}>
          <TriangleAlert size={14} aria-hidden="true" />
          {warning.message}
        </p>
      ))}
      <Fold title={<span className={styles.fold}>{texts.details}</span>}>
        <ul className={styles.roles}>
          {estimate.roles.map((role) => (
            <li key={role.role}>
              <span>{sessionTexts.roles[role.role]}</span>
              <span>{texts.frames(role.frames, formatSpan(role.intervalSec))}</span>
              <span>{texts.tokens(role.promptTokens)}</span>
              <span>{timeOf(estimate, role.role)}</span>
            </li>
          ))}
        </ul>
      </Fold>
    </section>
  );
}

function timeOf({ time }: RunEstimate, role: Speaker): string {
  const known = time?.roles.find((each) => each.role === role);
  return known === undefined ? '' : texts.about(aboutTime(known.seconds));
}
