import { MessageCircleQuestion } from 'lucide-react';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { claimStanding } from '../../../native-models/protocol/claim-standing.ts';
import { Badge } from '../../ui/Badge.tsx';
import { formatShare } from '../../ui/format.ts';
import { sessionTexts } from '../texts.ts';
import { MomentLink } from './MomentLink.tsx';
import type { RunView } from './run-view.ts';
import styles from './SaidMoments.module.css';

const texts = sessionTexts.run;
const looks = { verified: 'good', doubted: 'warn', said: 'plain' } as const;

/** The times that a reasoner named: its own words, marked as such. */
export function SaidMoments({ run, view }: { readonly run: Run; readonly view: RunView | undefined }) {
  const moments = view === undefined ? (run.record?.moments ?? []) : view.saidMoments;
  if (moments.length === 0) return null;
  const verified = moments.some(({ verifierScore }) => verifierScore !== undefined);
  return (
    <section aria-label={texts.said} className={styles.said}>
      <h3 className={styles.title}>{texts.said}</h3>
      <p className={styles.hint}>
        <MessageCircleQuestion size={13} aria-hidden="true" />
        {verified ? texts.saidVerified : texts.saidHint}
      </p>
      <ul>
        {moments.map((moment, index) => (
          <li key={index} className={styles.moment}>
            <MomentLink moment={moment} />
            <span className={styles.words}>{moment.text}</span>
            <Badge look={looks[claimStanding(moment.verifierScore)]}>
              {texts.standings[claimStanding(moment.verifierScore)]}
              {moment.verifierScore !== undefined && ` ${formatShare(moment.verifierScore)}`}
            </Badge>
          </li>
        ))}
      </ul>
    </section>
  );
}
