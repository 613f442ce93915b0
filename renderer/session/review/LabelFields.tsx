import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import type { Label, LabelAttribute } from '../../../electron/host/contract/library.ts';
import { typeWords } from '../../app/actions/annotation-actions.ts';
import { useApp } from '../../app/use-app.ts';
import { Field, NumberInput, TextInput } from '../../ui/Field.tsx';
import { Fold } from '../../ui/Fold.tsx';
import { Select } from '../../ui/Select.tsx';
import { sessionTexts } from '../texts.ts';
import styles from './LabelFields.module.css';

const texts = sessionTexts.review;

export interface LabelFieldsProps {
  readonly moment: Annotation;
  readonly label: Label | undefined;
}

/** What a moment's label says and asks: its guideline, and a field for each of its attributes. */
export function LabelFields({ moment, label }: LabelFieldsProps) {
  const app = useApp();
  if (label === undefined) return null;
  const { guideline = '', attributes = [] } = label;
  const said = moment.attributes ?? {};
  const say = (id: string, value: string | number | undefined): void => {
    const next = { ...said };
    if (value === undefined || value === '') Reflect.deleteProperty(next, id);
    else next[id] = value;
    typeWords(app, moment.id, texts.editTitles.attributes, { attributes: next });
  };
  return (
    <>
      {guideline !== '' && (
        <Fold title={texts.guideline(label.name)}>
          <p className={styles.guideline}>{guideline}</p>
        </Fold>
      )}
      {attributes.length > 0 && (
        <div className={styles.fields}>
          {attributes.map((attribute) => (
            <AttributeField
              key={attribute.id}
              attribute={attribute}
              value={said[attribute.id]}
              onSay={(value) => say(attribute.id, value)}
            />
          ))}
        </div>
      )}
    </>
  );
}

interface AttributeFieldProps {
  readonly attribute: LabelAttribute;
  readonly value: string | number | undefined;
  readonly onSay: (value: string | number | undefined) => void;
}

function AttributeField({ attribute, value, onSay }: AttributeFieldProps) {
  const { name, kind, options = [] } = attribute;
  return (
    <Field label={name}>
      {(id) => {
        if (kind === 'number')
          return (
            <NumberInput id={id} value={typeof value === 'number' ? value : undefined} onChange={onSay} />
          );
        const words = value === undefined ? '' : String(value);
        if (kind === 'text')
          return (
            <TextInput
              id={id}
              maxLength={10_000}
              value={words}
              onChange={(event) => onSay(event.target.value)}
            />
          );
        // What was said stays to be seen, also when it is no choice any more.
        const choices = words === '' || options.includes(words) ? options : [...options, words];
        return (
          <Select
            label={name}
            value={words}
            options={[
              { value: '', label: texts.notSaid },
              ...choices.map((each) => ({ value: each, label: each })),
            ]}
            onChange={onSay}
          />
        );
      }}
    </Field>
  );
}
