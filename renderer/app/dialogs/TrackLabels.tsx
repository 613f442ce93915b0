import type { Track } from '../../../electron/host/contract/library.ts';
import { Check } from '../../ui/Field.tsx';
import { changeTrack, withLabelSwitched } from '../actions/track-actions.ts';
import { openProject } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary } from '../use-app.ts';
import styles from './TracksDialog.module.css';

/** Which of the project's labels can be set on a track. */
export function TrackLabels({ track }: { readonly track: Track }) {
  const app = useApp();
  const labels = useLibrary((state) => openProject(state)?.labels) ?? [];
  const allIds = labels.map(({ id }) => id);
  return (
    <div className={styles.labels} role="group" aria-label={appTexts.trackLabels(track.name)}>
      {labels.length === 0 && appTexts.noLabelsYet}
      {labels.map(({ id, name }) => (
        <Check
          key={id}
          label={name}
          checked={track.labelIds?.includes(id) ?? true}
          onChange={() => changeTrack(app, track.id, { labelIds: withLabelSwitched(track, allIds, id) })}
        />
      ))}
    </div>
  );
}
