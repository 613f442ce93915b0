import { Plus, X } from 'lucide-react';
import type { Label } from '../../../electron/host/contract/library.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextInput } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { changeProject } from '../actions/project-actions.ts';
import { openProject } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary } from '../use-app.ts';
import styles from './LabelsDialog.module.css';

const colors = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** The label set of the open project. */
export function LabelsDialog({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const labels = useLibrary((state) => openProject(state)?.labels) ?? [];
  const keep = (next: readonly Label[]): void => void changeProject(app, { labels: [...next] });
  const change = (id: string, changes: Partial<Label>): void =>
    keep(labels.map((label) => (label.id === id ? { ...label, ...changes } : label)));
  const add = (): void =>
    keep([
      ...labels,
      {
        id: crypto.randomUUID(),
        name: appTexts.newLabel(labels.length + 1),
        color: labels.length % colors.length,
      },
    ]);
  return (
    <Dialog title={appTexts.labelsTitle} description={appTexts.labelsText} open onClose={onClose}>
      <ul className={styles.list}>
        {labels.map((label, index) => (
          <li key={label.id} className={styles.row}>
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
                  onClick={() => change(label.id, { color })}
                />
              ))}
            </div>
            <TextInput
              aria-label={appTexts.labelName}
              defaultValue={label.name}
              maxLength={200}
              onBlur={(event) => {
                const name = event.target.value.trim();
                if (name !== '' && name !== label.name) change(label.id, { name });
              }}
            />
            <IconButton
              label={appTexts.remove}
              icon={<X size={14} aria-hidden="true" />}
              onClick={() => keep(labels.filter(({ id }) => id !== label.id))}
            />
          </li>
        ))}
      </ul>
      <Button className={styles.add} icon={<Plus size={14} aria-hidden="true" />} onClick={add}>
        {appTexts.addLabel}
      </Button>
    </Dialog>
  );
}
