import { useStore } from 'zustand';
import { formatSeconds } from '../../player/timecode.ts';
import { LabelTag } from '../../ui/LabelTag.tsx';
import { openProject } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary } from '../use-app.ts';
import styles from './OpenMarks.module.css';

/** The moments that were begun with the key of their label and go on at the playhead. */
export function OpenMarks() {
  const { timeline } = useApp();
  const marks = useStore(timeline, (state) => state.openMarks);
  const labels = useLibrary((state) => openProject(state)?.labels) ?? [];
  return (
    <span className={styles.marks} role="status" title={marks.length > 0 ? appTexts.openMarkHint : undefined}>
      {marks.map(({ labelId, startSec }) => {
        const label = labels.find(({ id }) => id === labelId);
        return (
          <LabelTag
            key={labelId}
            name={appTexts.openMark(label?.name ?? '', formatSeconds(startSec, 1))}
            color={label?.color}
          />
        );
      })}
    </span>
  );
}
