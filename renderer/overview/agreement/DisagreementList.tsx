import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { Disagreement } from '../../../electron/host/contract/agreement.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { classNames } from '../../ui/class-names.ts';
import { VirtualList } from '../../ui/VirtualList.tsx';
import { overviewTexts } from '../texts.ts';
import { showDisagreement } from './walk-disagreements.ts';
import styles from './DisagreementList.module.css';

const texts = overviewTexts.agreement;
const rowHeight = 44;

export interface DisagreementListProps {
  readonly disagreements: readonly Disagreement[];
  readonly one: string;
  readonly other: string;
}

/** Where two sides differ: a click goes there. */
export function DisagreementList({ disagreements, one, other }: DisagreementListProps) {
  const app = useApp();
  const videos = useLibrary((state) => state.videos);
  const at = useStore(app.overview, (state) => state.agreement.at);
  const items = useMemo(() => disagreements.map((found, index) => ({ found, index })), [disagreements]);
  return (
    <section className={styles.section} aria-label={texts.list}>
      <h2 className={styles.heading}>{texts.disagreements(disagreements.length)}</h2>
      {disagreements.length > 0 && <p className={styles.quiet}>{texts.walk}</p>}
      <VirtualList
        label={texts.list}
        items={items}
        keyOf={({ index }) => String(index)}
        rowHeight={rowHeight}
        shownIndex={at}
        row={({ found, index }) => (
          <button
            type="button"
            className={classNames(styles.row, index === at && styles.current)}
            aria-current={index === at ? 'true' : undefined}
            onClick={() => showDisagreement(app, index)}
          >
            <span className={styles.what}>
              <strong>{kindWords(found, one, other)}</strong>
              <span>{[found.name, found.otherName].filter(Boolean).join(' / ')}</span>
            </span>
            <span className={styles.quiet}>
              {videos[found.videoId]?.name} · {formatSeconds(found.startSec, 1)} –{' '}
              {formatSeconds(found.endSec, 1)}
              {found.iou > 0 && ` · IoU ${found.iou.toFixed(2)}`}
            </span>
          </button>
        )}
      />
    </section>
  );
}

function kindWords({ kind }: Disagreement, one: string, other: string): string {
  if (kind === 'missing') return texts.only(other);
  return kind === 'extra' ? texts.only(one) : texts.plainKinds[kind];
}
