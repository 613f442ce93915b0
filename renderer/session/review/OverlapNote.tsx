import { useState } from 'react';
import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import { Button } from '../../ui/Button.tsx';
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

/** How the selected moment agrees with what was imported, live while its edges are moved: the best, the rest on demand. */
export function OverlapNote({ moment, annotations, uses }: OverlapNoteProps) {
  const [isWhole, setWhole] = useState(false);
  const overlaps = overlapsWithTracks(moment, annotations, uses);
  if (overlaps.length === 0) return null;
  return (
    <ul className={styles.overlaps}>
      {(isWhole ? overlaps : overlaps.slice(0, 1)).map(({ track, iou, best }) => (
        <li key={best.id}>
          <span>{iou === 0 ? texts.noOverlap(track) : texts.iou(iou.toFixed(2), track)}</span>
          <MomentLink moment={best} />
        </li>
      ))}
      {overlaps.length > 1 && (
        <li>
          <Button small look="quiet" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? texts.bestOverlap : texts.furtherOverlaps(overlaps.length - 1)}
          </Button>
        </li>
      )}
    </ul>
  );
}
