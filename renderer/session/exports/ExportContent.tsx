import { openProject } from '../../app/library/selectors.ts';
import { useLibrary } from '../../app/use-app.ts';
import { Check } from '../../ui/Field.tsx';
import { sessionTexts } from '../texts.ts';
import styles from './ExportContent.module.css';

const texts = sessionTexts.exports;

export interface ExportContentProps {
  readonly trackIds: readonly string[];
  /** Null: moments without a label. */
  readonly labelIds: readonly (string | null)[];
  readonly withFound: boolean;
  readonly onTrackIds: (ids: readonly string[]) => void;
  readonly onLabelIds: (ids: readonly (string | null)[]) => void;
  readonly onWithFound: (withFound: boolean) => void;
}

/** Which tracks and labels go into an export, and whether what questions found does. */
export function ExportContent(props: ExportContentProps) {
  const { trackIds, labelIds, withFound } = props;
  const project = useLibrary(openProject);
  const labels = project?.labels ?? [];
  return (
    <div className={styles.content}>
      <fieldset className={styles.group}>
        <legend>{texts.tracks}</legend>
        {(project?.tracks ?? []).map(({ id, name }) => (
          <Check
            key={id}
            label={name}
            checked={trackIds.includes(id)}
            onChange={(checked) => props.onTrackIds(toggled(trackIds, id, checked))}
          />
        ))}
        <Check label={texts.found} checked={withFound} onChange={props.onWithFound} />
      </fieldset>
      {labels.length > 0 && (
        <fieldset className={styles.group}>
          <legend>{texts.labels}</legend>
          {labels.map(({ id, name }) => (
            <Check
              key={id}
              label={name}
              checked={labelIds.includes(id)}
              onChange={(checked) => props.onLabelIds(toggled(labelIds, id, checked))}
            />
          ))}
          <Check
            label={texts.withoutLabel}
            checked={labelIds.includes(null)}
            onChange={(checked) => props.onLabelIds(toggled(labelIds, null, checked))}
          />
        </fieldset>
      )}
    </div>
  );
}

function toggled<Id>(ids: readonly Id[], id: Id, isIn: boolean): readonly Id[] {
  return isIn ? [...ids, id] : ids.filter((each) => each !== id);
}
