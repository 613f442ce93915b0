import { Check, Combine, MoveHorizontal, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import type { Label } from '../../../electron/host/contract/library.ts';
import { edit, newAnnotationId } from '../../app/actions/annotation-actions.ts';
import { giveLabel } from '../../app/actions/give-label.ts';
import { runCommand } from '../../app/commands/command-table.ts';
import { useShownKeys } from '../../app/commands/use-keys.ts';
import { timelineContextOf } from '../../app/timeline-context.ts';
import { useApp } from '../../app/use-app.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { shifted } from '../../timeline/edits.ts';
import { selectedSegments } from '../../timeline/timeline-commands.ts';
import { Button } from '../../ui/Button.tsx';
import { Field, NumberInput } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Select } from '../../ui/Select.tsx';
import { sessionTexts } from '../texts.ts';
import editor from './MomentEditor.module.css';
import styles from './SelectedMoments.module.css';

const texts = sessionTexts.review;
const mixed = 'mixed';

export interface SelectedMomentsProps {
  /** Two or more, by start. */
  readonly moments: readonly Annotation[];
  readonly labels: readonly Label[];
}

/** What is done with several moments at once; what merging and shifting would make of them is said before. */
export function SelectedMoments({ moments, labels }: SelectedMomentsProps) {
  const app = useApp();
  const keysFor = useShownKeys();
  const startSec = Math.min(...moments.map((moment) => moment.startSec));
  const endSec = Math.max(...moments.map((moment) => moment.endSec));
  const labelIds = new Set(moments.map(({ labelId }) => labelId ?? ''));
  const [labelId = ''] = labelIds.size === 1 ? labelIds : [mixed];
  return (
    <section className={editor.editor} aria-label={texts.several(moments.length)}>
      <h3 className={styles.title}>{texts.several(moments.length)}</h3>
      <div className={editor.decide}>
        <Button
          className={editor.accept}
          icon={<Check size={15} aria-hidden="true" />}
          onClick={() => runCommand(app, 'timeline.accept')}
        >
          {texts.accept}
        </Button>
        <Button
          className={editor.reject}
          icon={<X size={15} aria-hidden="true" />}
          onClick={() => runCommand(app, 'timeline.reject')}
        >
          {texts.reject}
        </Button>
        <IconButton
          label={texts.remove}
          keys={keysFor('timeline.remove')}
          icon={<Trash2 size={15} aria-hidden="true" />}
          onClick={() => runCommand(app, 'timeline.remove')}
        />
      </div>
      <Button
        icon={<Combine size={15} aria-hidden="true" />}
        onClick={() => runCommand(app, 'timeline.merge')}
      >
        {texts.mergeInto(formatSeconds(startSec, 1), formatSeconds(endSec, 1))}
      </Button>
      <Field label={texts.label}>
        {() => (
          <Select
            label={texts.label}
            value={labelId}
            options={[
              ...(labelId === mixed ? [{ value: mixed, label: texts.mixedLabels, disabled: true }] : []),
              { value: '', label: texts.noLabel },
              ...labels.map((label) => ({ value: label.id, label: label.name })),
            ]}
            onChange={(chosen) => giveLabel(app, moments, chosen)}
          />
        )}
      </Field>
      <Shift startSec={startSec} />
    </section>
  );
}

function Shift({ startSec }: { readonly startSec: number }) {
  const app = useApp();
  const [bySec, setBySec] = useState<number>();
  const change = (): ReturnType<typeof shifted> => {
    const durationSec = app.player.getState().picture?.durationSec;
    if (bySec === undefined || durationSec === undefined) return undefined;
    return shifted(selectedSegments(timelineContextOf(app)), bySec, durationSec, newAnnotationId);
  };
  const isPossible = change() !== undefined;
  const leaves = bySec !== undefined && bySec !== 0 && !isPossible;
  const shown =
    bySec !== undefined && isPossible
      ? texts.shiftTo(formatSeconds(startSec, 2), formatSeconds(startSec + bySec, 2))
      : undefined;
  return (
    <div className={styles.shift}>
      <Field
        label={texts.shiftBy}
        problem={leaves ? texts.shiftLeaves : undefined}
        hint={shown}
        className={styles.by}
      >
        {(id) => <NumberInput id={id} step={0.1} value={bySec} onChange={setBySec} />}
      </Field>
      <Button
        disabled={!isPossible}
        icon={<MoveHorizontal size={15} aria-hidden="true" />}
        onClick={() => edit(app, change())}
      >
        {texts.shift}
      </Button>
    </div>
  );
}
