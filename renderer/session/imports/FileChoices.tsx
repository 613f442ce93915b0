import type { AnnotationChoices, AnnotationPreview } from '../../../electron/host/contract/exports.ts';
import { useLibrary } from '../../app/use-app.ts';
import { Check, Field, NumberInput } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { sessionTexts } from '../texts.ts';
import { EncodingChoice } from './EncodingChoice.tsx';
import styles from './ImportAnnotationsDialog.module.css';

const texts = sessionTexts.imports;
const delimiters = [',', ';', '\t', '|'] as const;
const asFound = 'as-found';

export interface FileChoicesProps {
  /** What was read last; absent: nothing yet. */
  readonly preview: AnnotationPreview | undefined;
  readonly choices: AnnotationChoices;
  readonly videoId: string | null;
  readonly onChoices: (choices: AnnotationChoices) => void;
  readonly onVideo: (videoId: string) => void;
}

/** What a person may say of a file of annotations where it does not tell: each of it only where the file leaves a choice. */
export function FileChoices({ preview, choices, videoId, onChoices, onVideo }: FileChoicesProps) {
  const videos = useLibrary((state) => state.videos);
  const project = useLibrary((state) =>
    state.projectId === null ? undefined : state.projects[state.projectId],
  );
  const own = (project?.videoIds ?? []).flatMap((id) => videos[id] ?? []);
  const { delimiter, labels = [], countsFrames = false } = preview ?? {};
  const change = (next: {
    readonly [Key in keyof AnnotationChoices]: AnnotationChoices[Key] | undefined;
  }): void => {
    // Labels read otherwise are other labels.
    const fresh = 'encoding' in next || 'delimiter' in next ? { labels: undefined } : {};
    const merged = Object.entries({ ...choices, ...fresh, ...next }).filter(
      ([, value]) => value !== undefined,
    );
    onChoices(Object.fromEntries(merged));
  };
  const taken = choices.labels ?? labels.map(({ name }) => name);
  return (
    <>
      <div className={styles.choices}>
        <Field label={texts.form}>
          {(id) => (
            <output id={id} className={styles.form}>
              {preview === undefined ? '…' : (texts.forms[preview.form] ?? preview.form)}
            </output>
          )}
        </Field>
        <EncodingChoice
          encoding={choices.encoding}
          found={preview?.encoding}
          onEncoding={(encoding) => change({ encoding })}
        />
        {(delimiter !== undefined || choices.delimiter !== undefined) && (
          <Field label={texts.delimiter}>
            {() => (
              <Select
                label={texts.delimiter}
                value={choices.delimiter ?? asFound}
                options={[
                  {
                    value: asFound,
                    label: delimiter === undefined ? texts.found : texts.foundAs(texts.delimiters[delimiter]),
                  },
                  ...delimiters.map((value) => ({ value, label: texts.delimiters[value] })),
                ]}
                onChange={(value) => change({ delimiter: value === asFound ? undefined : value })}
              />
            )}
          </Field>
        )}
        {(countsFrames || choices.fps !== undefined) && (
          <Field label={texts.fps}>
            {(id) => (
              <NumberInput
                id={id}
                value={choices.fps}
                min={0.001}
                max={1000}
                step={0.001}
                placeholder={texts.found}
                onChange={(fps) => change({ fps })}
              />
            )}
          </Field>
        )}
        {own.length > 1 && (
          <Field label={texts.about}>
            {() => (
              <Select
                label={texts.about}
                value={videoId ?? ''}
                options={own.map(({ id, name }) => ({ value: id, label: name }))}
                onChange={onVideo}
              />
            )}
          </Field>
        )}
      </div>
      {labels.length > 1 && (
        <fieldset className={styles.labels}>
          <legend>{texts.labels}</legend>
          {labels.map(({ name, moments }) => (
            <Check
              key={name}
              label={texts.labelOf(name, moments)}
              checked={taken.includes(name)}
              onChange={(checked) =>
                change({ labels: checked ? [...taken, name] : taken.filter((each) => each !== name) })
              }
            />
          ))}
        </fieldset>
      )}
    </>
  );
}
