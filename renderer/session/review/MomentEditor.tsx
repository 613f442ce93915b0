import { useStore } from 'zustand';
import { BoxSelect, Check, SquareX, Trash2, Undo2, X } from 'lucide-react';
import { useState } from 'react';
import type { ChangeEvent, KeyboardEvent } from 'react';
import type { Annotation, ReviewState } from '../../../electron/host/contract/annotations.ts';
import type { Label } from '../../../electron/host/contract/library.ts';
import { changeAnnotation, edit, typeWords } from '../../app/actions/annotation-actions.ts';
import { giveLabel } from '../../app/actions/give-label.ts';
import { noteFieldId } from '../../app/commands/review-commands.ts';
import { useShownKeys } from '../../app/commands/use-keys.ts';
import { useApp } from '../../app/use-app.ts';
import { isSameRegion } from '../../../native-models/protocol/picture-region.ts';
import { placeTexts } from '../../places/place-texts.ts';
import { middleBox } from '../../places/region-edits.ts';
import { formatLength, formatSeconds } from '../../player/timecode.ts';
import { timelineTexts } from '../../timeline/timeline-texts.ts';
import { Button } from '../../ui/Button.tsx';
import { Field, TextArea, TextInput } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Select } from '../../ui/Select.tsx';
import { sessionTexts } from '../texts.ts';
import type { TracksByUse } from './review-moments.ts';
import { LabelFields } from './LabelFields.tsx';
import { readEdge } from './read-edge.ts';
import { OverlapNote } from './OverlapNote.tsx';
import styles from './MomentEditor.module.css';

const texts = sessionTexts.review;

export interface MomentEditorProps {
  readonly moment: Annotation;
  readonly labels: readonly Label[];
  /** All of the video, imported ones too. */
  readonly annotations: readonly Annotation[];
  readonly uses: TracksByUse;
}

/** The selected moment: decided on, and changed where it is not right. */
export function MomentEditor({ moment: stored, labels, annotations, uses }: MomentEditorProps) {
  const app = useApp();
  const moving = useStore(app.timeline, (state) =>
    state.moving?.id === stored.id ? state.moving : undefined,
  );
  const moment = moving === undefined ? stored : { ...stored, ...moving };
  const keysFor = useShownKeys();
  const { id, state, startSec, endSec, region, originalStartSec, originalEndSec, originalRegion } = moment;
  const isRetimed = originalStartSec !== startSec || originalEndSec !== endSec;
  const decide = (next: ReviewState, title: string) => () =>
    changeAnnotation(app, id, title, { state: state === next ? 'open' : next });
  const edits = timelineTexts.edits;
  return (
    <section className={styles.editor} aria-label={texts.moment(moment.text)}>
      <div className={styles.decide}>
        <Button
          aria-pressed={state === 'accepted'}
          className={styles.accept}
          icon={<Check size={15} aria-hidden="true" />}
          onClick={decide('accepted', edits.accept)}
        >
          {texts.accept}
        </Button>
        <Button
          aria-pressed={state === 'rejected'}
          className={styles.reject}
          icon={<X size={15} aria-hidden="true" />}
          onClick={decide('rejected', edits.reject)}
        >
          {texts.reject}
        </Button>
        <IconButton
          label={texts.reopen}
          keys={keysFor('review.reopen')}
          disabled={state === 'open'}
          icon={<Undo2 size={15} aria-hidden="true" />}
          onClick={() => changeAnnotation(app, id, edits.reopen, { state: 'open' })}
        />
        <IconButton
          label={region === undefined ? texts.addBox : texts.removeBox}
          icon={
            region === undefined ? (
              <BoxSelect size={15} aria-hidden="true" />
            ) : (
              <SquareX size={15} aria-hidden="true" />
            )
          }
          onClick={() => {
            const [title, changes] =
              region === undefined
                ? [placeTexts.edits.add, { region: middleBox }]
                : [placeTexts.edits.remove, { region: null }];
            changeAnnotation(app, id, title, changes);
            app.player.actions.seekToSec(startSec);
          }}
        />
        <IconButton
          label={texts.remove}
          keys={keysFor('timeline.remove')}
          icon={<Trash2 size={15} aria-hidden="true" />}
          onClick={() => edit(app, { title: edits.remove, operations: [{ op: 'remove', id }], select: [] })}
        />
      </div>
      <div className={styles.times}>
        <TimeField moment={moment} edge="startSec" />
        <TimeField moment={moment} edge="endSec" />
        <Field label={texts.label}>
          {() => (
            <Select
              label={texts.label}
              value={moment.labelId ?? ''}
              options={[
                { value: '', label: texts.noLabel },
                ...labels.map((label) => ({ value: label.id, label: label.name })),
              ]}
              onChange={(labelId) => giveLabel(app, [moment], labelId)}
            />
          )}
        </Field>
      </div>
      <p className={styles.length}>{texts.lasts(formatLength(moment.endSec - moment.startSec))}</p>
      <LabelFields moment={moment} label={labels.find((each) => each.id === moment.labelId)} />
      {originalStartSec !== undefined && originalEndSec !== undefined && isRetimed && (
        <p className={styles.original}>
          {texts.wasAt(formatSeconds(originalStartSec, 1), formatSeconds(originalEndSec, 1))}
        </p>
      )}
      {originalRegion !== undefined && !isSameRegion(region, originalRegion) && (
        <p className={styles.original}>{texts.wasElsewhere}</p>
      )}
      {moment.verdicts !== undefined && moment.verdicts.length > 0 && (
        <p className={styles.original}>
          {moment.verdicts.map(({ by, state: said }) => texts.verdict(by, texts.states[said])).join(' · ')}
        </p>
      )}
      <OverlapNote moment={moment} annotations={annotations} uses={uses} />
      <WordsField moment={moment} field="text" />
      <WordsField moment={moment} field="note" />
    </section>
  );
}

function TimeField({ moment, edge }: { readonly moment: Annotation; readonly edge: 'startSec' | 'endSec' }) {
  const app = useApp();
  const [typed, setTyped] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const shown = typed ?? formatSeconds(moment[edge], 3);
  const take = (): void => {
    if (typed === undefined) return;
    const durationSec = app.player.getState().picture?.durationSec;
    const found = readEdge(typed, edge, moment, durationSec);
    setProblem(found.problem);
    if (found.problem !== undefined) return;
    setTyped(undefined);
    if (found.timeSec !== moment[edge]) {
      changeAnnotation(app, moment.id, texts.editTitles.times, { [edge]: found.timeSec });
    }
  };
  const forget = (): void => {
    setTyped(undefined);
    setProblem(undefined);
  };
  return (
    <Field label={edge === 'startSec' ? texts.start : texts.end} problem={problem}>
      {(id) => (
        <TextInput
          id={id}
          value={shown}
          className={styles.time}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={take}
          onKeyDown={(event) => {
            if (event.key === 'Enter') take();
            if (event.key === 'Escape') {
              forget();
              event.currentTarget.blur();
            }
          }}
        />
      )}
    </Field>
  );
}

/** What is stored is what is shown: words are kept as they are typed, and an undo is seen here too. */
function WordsField({ moment, field }: { readonly moment: Annotation; readonly field: 'text' | 'note' }) {
  const app = useApp();
  const common = {
    value: moment[field],
    maxLength: 10_000,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      typeWords(app, moment.id, texts.editTitles[field], { [field]: event.target.value }),
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      // Back to the keys of review; what was typed is stored.
      if (event.key === 'Escape') event.currentTarget.blur();
    },
  };
  return (
    <Field label={field === 'text' ? texts.text : texts.note} id={field === 'note' ? noteFieldId : undefined}>
      {(id) =>
        field === 'text' ? <TextInput id={id} {...common} /> : <TextArea id={id} rows={2} {...common} />
      }
    </Field>
  );
}
