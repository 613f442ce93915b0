import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { Label, LabelAttribute } from '../../../electron/host/contract/library.ts';
import { Button } from '../../ui/Button.tsx';
import { Field, TextArea, TextInput } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Select } from '../../ui/Select.tsx';
import { changeAttribute, changeAttributes, describeLabel, newAttribute } from '../actions/label-actions.ts';
import { appTexts } from '../texts.ts';
import { useApp } from '../use-app.ts';
import styles from './LabelDetails.module.css';

const kinds = ['choice', 'number', 'text'] as const;

/** When a label is to be set, and what is told of each moment that has it. Stored as it is typed. */
export function LabelDetails({ label }: { readonly label: Label }) {
  const app = useApp();
  const attributes = label.attributes ?? [];
  const change = (id: string, changes: Partial<LabelAttribute>): void =>
    changeAttribute(app, label, id, changes);
  return (
    <div className={styles.details} role="group" aria-label={appTexts.labelDetails(label.name)}>
      <Field label={appTexts.guideline}>
        {(id) => (
          <TextArea
            id={id}
            rows={2}
            maxLength={10_000}
            value={label.guideline ?? ''}
            onChange={(event) => describeLabel(app, label.id, event.target.value)}
          />
        )}
      </Field>
      <h3 className={styles.title}>{appTexts.attributes}</h3>
      <ul className={styles.attributes}>
        {attributes.map((attribute) => (
          <li key={attribute.id} className={styles.attribute}>
            <NameInput name={attribute.name} onName={(name) => change(attribute.id, { name })} />
            <Select
              label={appTexts.attributeKind}
              value={attribute.kind}
              options={kinds.map((kind) => ({ value: kind, label: appTexts.attributeKinds[kind] }))}
              onChange={(kind) => change(attribute.id, { kind })}
            />
            {attribute.kind === 'choice' && (
              <OptionsInput
                options={attribute.options ?? []}
                onOptions={(options) => change(attribute.id, { options: [...options] })}
              />
            )}
            <IconButton
              label={appTexts.removeAttribute(attribute.name)}
              icon={<X size={14} aria-hidden="true" />}
              onClick={() =>
                changeAttributes(
                  app,
                  label.id,
                  attributes.filter((each) => each !== attribute),
                )
              }
            />
          </li>
        ))}
      </ul>
      <Button
        small
        className={styles.add}
        icon={<Plus size={14} aria-hidden="true" />}
        onClick={() => changeAttributes(app, label.id, [...attributes, newAttribute(attributes.length + 1)])}
      >
        {appTexts.addAttribute}
      </Button>
    </div>
  );
}

/** A name is stored as soon as it is one. */
function NameInput({ name, onName }: { readonly name: string; readonly onName: (name: string) => void }) {
  const [typed, setTyped] = useState<string>();
  return (
    <TextInput
      aria-label={appTexts.attributeName}
      aria-invalid={typed?.trim() === ''}
      maxLength={200}
      value={typed ?? name}
      onChange={(event) => {
        setTyped(event.target.value);
        if (event.target.value.trim() !== '') onName(event.target.value.trim());
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}

interface OptionsInputProps {
  readonly options: readonly string[];
  readonly onOptions: (options: readonly string[]) => void;
}

function OptionsInput({ options, onOptions }: OptionsInputProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <TextInput
      aria-label={appTexts.attributeOptions}
      placeholder={appTexts.attributeOptions}
      value={typed ?? options.join(', ')}
      onChange={(event) => {
        setTyped(event.target.value);
        const words = event.target.value.split(',').map((word) => word.trim().slice(0, 200));
        onOptions([...new Set(words)].filter((word) => word !== '').slice(0, 100));
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}
