import { Check, Circle, X } from 'lucide-react';
import { memo } from 'react';
import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import type { Label } from '../../../electron/host/contract/library.ts';
import { useApp } from '../../app/use-app.ts';
import { chooseMode } from '../../ui/choose-mode.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { LabelTag } from '../../ui/LabelTag.tsx';
import { classNames } from '../../ui/class-names.ts';
import { formatShare } from '../../ui/format.ts';
import { sessionTexts } from '../texts.ts';
import { chooseMoment } from './choose-moment.ts';
import styles from './MomentRow.module.css';

const texts = sessionTexts.review;
const stateIcons = { open: Circle, accepted: Check, rejected: X } as const;

export interface MomentRowProps {
  readonly moment: Annotation;
  readonly labels: readonly Label[];
  readonly selected: boolean;
}

/** A moment in the list of review; a click selects it and shows its first frame. Drawn anew when it changes itself. */
export const MomentRow = memo(function MomentRow({ moment, labels, selected }: MomentRowProps) {
  const app = useApp();
  const label = labels.find(({ id }) => id === moment.labelId);
  const Icon = stateIcons[moment.state];
  const value = moment.verifierScore ?? moment.confidence;
  return (
    <button
      type="button"
      className={classNames(styles.row, selected && styles.selected)}
      aria-current={selected ? 'true' : undefined}
      onClick={(event) => chooseMoment(app, moment, chooseMode(event))}
      onDoubleClick={() => app.player.actions.playMoment(moment)}
    >
      <span className={styles.state} data-state={moment.state} title={texts.states[moment.state]}>
        <Icon size={13} strokeWidth={2.5} aria-hidden="true" />
        <span className="only-heard">{texts.states[moment.state]}</span>
      </span>
      <span className={styles.words}>
        <span className={styles.text} title={moment.text}>
          {moment.text || (label?.name ?? texts.untitled)}
        </span>
        <span className={styles.facts}>
          <span>
            {formatSeconds(moment.startSec, 1)} – {formatSeconds(moment.endSec, 1)}
          </span>
          <span>{texts.provenance[moment.provenance]}</span>
          {value !== undefined && <span>{formatShare(value)}</span>}
        </span>
      </span>
      {label !== undefined && <LabelTag name={label.name} color={label.color} />}
    </button>
  );
});
