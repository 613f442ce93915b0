import { BookOpenText, ChevronDown, ChevronUp, Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { Label } from '../../../electron/host/contract/library.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextInput } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import {
  addLabel,
  colorLabel,
  labelNameProblem,
  moveLabel,
  removeLabel,
  renameLabel,
} from '../actions/label-actions.ts';
import { openProject } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary } from '../use-app.ts';
import { LabelDetails } from './LabelDetails.tsx';
import { RemovedNote } from './RemovedNote.tsx';
import styles from './LabelsDialog.module.css';

const colors = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** The label set of the open project. What is typed or chosen is stored at once; a removal can be taken back. */
export function LabelsDialog({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const labels = useLibrary((state) => openProject(state)?.labels) ?? [];
  const [removed, setRemoved] = useState<string>();
  const [addedId, setAddedId] = useState<string>();
  const [openId, setOpenId] = useState<string>();
  return (
    <Dialog title={appTexts.labelsTitle} description={appTexts.labelsText} open wide onClose={onClose}>
      <ul className={styles.list}>
        {labels.map((label, index) => (
          <li key={label.id} className={styles.label}>
            <div className={styles.row}>
              <span className={styles.key}>{index < 8 ? index + 1 : ''}</span>
              <div role="radiogroup" aria-label={label.name} className={styles.colors}>
                {colors.map((color) => (
                  <button
                    key={color}
                    type="button"
                    role="radio"
                    aria-checked={label.color === color}
                    aria-label={appTexts.labelColor(color)}
                    className={styles.color}
                    data-color={color}
                    onClick={() => colorLabel(app, label.id, color)}
                  />
                ))}
              </div>
              <LabelName label={label} labels={labels} isNew={label.id === addedId} />
              <IconButton
                label={appTexts.labelDetails(label.name)}
                aria-expanded={label.id === openId}
                icon={<BookOpenText size={14} aria-hidden="true" />}
                onClick={() => setOpenId(label.id === openId ? undefined : label.id)}
              />
              <IconButton
                label={appTexts.moveUp}
                disabled={index === 0}
                icon={<ChevronUp size={14} aria-hidden="true" />}
                onClick={() => moveLabel(app, label.id, index - 1)}
              />
              <IconButton
                label={appTexts.moveDown}
                disabled={index === labels.length - 1}
                icon={<ChevronDown size={14} aria-hidden="true" />}
                onClick={() => moveLabel(app, label.id, index + 1)}
              />
              <IconButton
                label={appTexts.remove}
                icon={<X size={14} aria-hidden="true" />}
                onClick={() => setRemoved(appTexts.labelRemoved(label.name, removeLabel(app, label.id)))}
              />
            </div>
            {label.id === openId && <LabelDetails label={label} />}
          </li>
        ))}
      </ul>
      <RemovedNote removed={removed} onTakenBack={() => setRemoved(undefined)} />
      <Button
        className={styles.add}
        icon={<Plus size={14} aria-hidden="true" />}
        onClick={() => {
          setRemoved(undefined);
          setAddedId(addLabel(app));
        }}
      >
        {appTexts.addLabel}
      </Button>
    </Dialog>
  );
}

interface LabelNameProps {
  readonly label: Label;
  readonly labels: readonly Label[];
  /** Just added: its name is written next. */
  readonly isNew: boolean;
}

/** A name is stored as it is typed, as soon as it can be one. */
function LabelName({ label, labels, isNew }: LabelNameProps) {
  const app = useApp();
  const [typed, setTyped] = useState<string>();
  const problem = typed === undefined ? undefined : labelNameProblem(labels, label.id, typed);
  const follows = typed === undefined || (problem === undefined && typed.trim() !== label.name);
  return (
    <span className={styles.name}>
      <TextInput
        aria-label={appTexts.labelName}
        aria-invalid={problem !== undefined}
        value={follows ? label.name : typed}
        maxLength={200}
        ref={(input) => {
          if (isNew && typed === undefined && input !== null && document.activeElement !== input) {
            input.focus();
            input.select();
          }
        }}
        onChange={(event) => {
          const name = event.target.value;
          setTyped(name);
          if (labelNameProblem(labels, label.id, name) === undefined) renameLabel(app, label.id, name);
        }}
        onBlur={() => setTyped(undefined)}
      />
      {problem !== undefined && <span className={styles.problem}>{problem}</span>}
    </span>
  );
}
