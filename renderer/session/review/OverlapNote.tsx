import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import { MomentLink } from '../runs/MomentLink.tsx';
import { sessionTexts } from '../texts.ts';
import { overlapsWithTracks } from './review-moments.ts';
import type { TracksByUse } from './review-moments.ts';
import styles from './OverlapNote.module.css';

const texts = sessionTexts.review;

export interface OverlapNoteProps {
  readonly moment: Annotation;
  readonly annotations: readonly Annotation[];
  readonly uses: TracksByUse;
}

/** How the selected moment agrees with what was imported, live while its edges are moved. */
export function OverlapNote({ moment, annotations, uses }: OverlapNoteProps) {
  const overlaps = overlapsWithTracks(moment, annotations, uses);
  if (overlaps.length === 0) return null;
  return (
    <ul className={styles.overlaps}>
      {overlaps.map(({ track, iou, best }) => (
        <li key={best.id}>
          <span>{iou === 0 ? texts.noOverlap(track) : texts.iou(iou.toFixed(2), track)}</span>
          <MomentLink moment={best} />
        </li>
      ))}
    </ul>
  );
}
