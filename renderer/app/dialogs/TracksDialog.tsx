import { ChevronDown, ChevronUp, Copy, Eye, EyeOff, Lock, LockOpen, Plus, X, Tags } from 'lucide-react';
import { useState } from 'react';
import { ownTrackId } from '../../../electron/host/contract/library.ts';
import type { Track } from '../../../electron/host/contract/library.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextInput } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Select } from '../../ui/Select.tsx';
import {
  addTrack,
  changeTrack,
  copyTrack,
  countOn,
  moveTrack,
  removeTrack,
} from '../actions/track-actions.ts';
import { openProject } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { activeTrack } from '../timeline-context.ts';
import { useApp, useLibrary, useWorkspace } from '../use-app.ts';
import { RemovedNote } from './RemovedNote.tsx';
import { TrackLabels } from './TrackLabels.tsx';
import styles from './TracksDialog.module.css';

const iconPx = 14;
const colors = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** The tracks of the open project: what is shown, what can be changed, where new moments go. */
export function TracksDialog({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const project = useLibrary(openProject);
  const chosenId = useWorkspace((state) => state.activeTrackId);
  const [removed, setRemoved] = useState<string>();
  const tracks = project?.tracks ?? [];
  const activeId = activeTrack(project, chosenId)?.id;
  return (
    <Dialog title={appTexts.tracksTitle} description={appTexts.tracksText} open wide onClose={onClose}>
      <ul className={styles.list}>
        {tracks.map((track, index) => (
          <TrackRow
            key={track.id}
            track={track}
            place={index}
            last={tracks.length - 1}
            isActive={track.id === activeId}
            onRemoved={setRemoved}
          />
        ))}
      </ul>
      <RemovedNote removed={removed} onTakenBack={() => setRemoved(undefined)} />
      <Button
        className={styles.add}
        icon={<Plus size={iconPx} aria-hidden="true" />}
        onClick={() => addTrack(app)}
      >
        {appTexts.addTrack}
      </Button>
    </Dialog>
  );
}

interface TrackRowProps {
  readonly track: Track;
  readonly place: number;
  readonly last: number;
  readonly isActive: boolean;
  readonly onRemoved: (words: string) => void;
}

function TrackRow({ track, place, last, isActive, onRemoved }: TrackRowProps) {
  const app = useApp();
  const { id, name, kind, hidden, locked, color } = track;
  const [emptied, setEmptied] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const moments = useLibrary(() => countOn(app, id));
  const canTake = kind === 'own' && !locked;
  return (
    <li aria-label={name}>
      <div className={styles.row}>
        <input
          type="radio"
          name="active-track"
          aria-label={appTexts.newMomentsTo(name)}
          title={appTexts.newMomentsTo(name)}
          checked={isActive}
          disabled={!canTake}
          onChange={() => app.workspace.setState({ activeTrackId: id })}
        />
        <TextInput
          aria-label={appTexts.trackName}
          aria-invalid={emptied}
          className={styles.name}
          value={emptied ? '' : name}
          maxLength={200}
          onChange={(event) => {
            const next = event.target.value;
            setEmptied(next.trim() === '');
            if (next.trim() !== '') changeTrack(app, id, { name: next }, `track ${id}`);
          }}
          onBlur={() => setEmptied(false)}
        />
        <span className={styles.count}>{moments}</span>
        <Select
          label={appTexts.trackUse}
          value={kind}
          options={[
            { value: 'own', label: appTexts.trackUses.own },
            { value: 'reference', label: appTexts.trackUses.reference },
          ]}
          onChange={(next) => changeTrack(app, id, { kind: next })}
        />
        <Select
          label={appTexts.trackColor}
          value={color === undefined ? '' : String(color)}
          options={[
            { value: '', label: appTexts.plainColor },
            ...colors.map((each) => ({ value: String(each), label: appTexts.labelColor(each) })),
          ]}
          onChange={(next) => changeTrack(app, id, { color: next === '' ? null : Number(next) })}
        />
        <IconButton
          label={appTexts.trackLabels(name)}
          aria-expanded={isOpen}
          icon={<Tags size={iconPx} />}
          onClick={() => setOpen(!isOpen)}
        />
        <IconButton
          label={hidden ? appTexts.showTrack : appTexts.hideTrack}
          aria-pressed={hidden}
          icon={hidden ? <EyeOff size={iconPx} /> : <Eye size={iconPx} />}
          onClick={() => changeTrack(app, id, { hidden: !hidden })}
        />
        <IconButton
          label={locked ? appTexts.unlockTrack : appTexts.lockTrack}
          aria-pressed={locked}
          icon={locked ? <Lock size={iconPx} /> : <LockOpen size={iconPx} />}
          onClick={() => changeTrack(app, id, { locked: !locked })}
        />
        <IconButton
          label={appTexts.moveUp}
          disabled={place === 0}
          icon={<ChevronUp size={iconPx} />}
          onClick={() => moveTrack(app, id, place - 1)}
        />
        <IconButton
          label={appTexts.moveDown}
          disabled={place === last}
          icon={<ChevronDown size={iconPx} />}
          onClick={() => moveTrack(app, id, place + 1)}
        />
        <IconButton
          label={appTexts.copyTrack}
          icon={<Copy size={iconPx} />}
          onClick={() => copyTrack(app, track)}
        />
        <IconButton
          label={appTexts.remove}
          disabled={id === ownTrackId}
          icon={<X size={iconPx} />}
          onClick={() => {
            onRemoved(appTexts.trackRemoved(name, moments));
            removeTrack(app, id);
          }}
        />
      </div>
      {isOpen && <TrackLabels track={track} />}
    </li>
  );
}
