import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import { MomentLink } from '../runs/MomentLink.tsx';
import { sessionTexts } from '../texts.ts';
import { overlapsWithSources } from './review-moments.ts';
import styles from './OverlapNote.module.css';

const texts = sessionTexts.review;

export interface OverlapNoteProps {
  readonly moment: Annotation;
  readonly annotations: readonly Annotation[];
}

/** How the selected moment agrees with what was imported, live while its edges are moved. */
export function OverlapNote({ moment, annotations }: OverlapNoteProps) {
  const overlaps = overlapsWithSources(moment, annotations);
  if (overlaps.length === 0) return null;
  return (
    <ul className={styles.overlaps}>
      {overlaps.map(({ source, iou, best }) => (
        <li key={source}>
          <span>{iou === 0 ? texts.noOverlap(source) : texts.iou(iou.toFixed(2), source)}</span>
          <MomentLink moment={best} />
        </li>
      ))}
    </ul>
  );
}
