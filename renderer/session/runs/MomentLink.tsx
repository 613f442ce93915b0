import { CirclePlay } from 'lucide-react';
import { useApp } from '../../app/use-app.ts';
import type { Moment } from '../../../native-models/protocol/run-record.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { classNames } from '../../ui/class-names.ts';
import { sessionTexts } from '../texts.ts';
import styles from './MomentLink.module.css';

export interface MomentLinkProps {
  readonly moment: Moment;
  /** Looks like a button with a picture. */
  readonly large?: boolean;
}

/** A moment as a citation: a click shows the video there. */
export function MomentLink({ moment, large = false }: MomentLinkProps) {
  const { player, timeline } = useApp();
  const start = formatSeconds(moment.startSec, 1);
  const end = formatSeconds(moment.endSec, 1);
  const instant = moment.startSec === moment.endSec;
  return (
    <button
      type="button"
      className={classNames(styles.link, large && styles.large)}
      aria-label={sessionTexts.run.goTo(start, end)}
      onClick={() => {
        player.actions.stopLoop();
        player.actions.seekToSec(moment.startSec);
        timeline.actions.reveal(moment.startSec);
      }}
      onDoubleClick={() => player.actions.playMoment(moment)}
    >
      {large && <CirclePlay size={16} aria-hidden="true" />}
      <span>{instant ? start : `${start} – ${end}`}</span>
    </button>
  );
}
