import { useState } from 'react';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { reviewRun } from '../../app/actions/run-actions.ts';
import { useApp } from '../../app/use-app.ts';
import { Field, TextArea } from '../../ui/Field.tsx';
import { Fold } from '../../ui/Fold.tsx';
import { sessionTexts } from '../texts.ts';
import { settingsOfRun } from './run-settings.ts';
import styles from './RunDetails.module.css';

const texts = sessionTexts.run;

/** What a run was asked with, and a person's note on it. */
export function RunDetails({ run }: { readonly run: Run }) {
  const app = useApp();
  const [typed, setTyped] = useState<string>();
  return (
    <>
      <Field label={texts.note}>
        {(id) => (
          <TextArea
            id={id}
            rows={2}
            value={typed ?? run.note}
            placeholder={texts.notePlaceholder}
            maxLength={10_000}
            onChange={(event) => {
              // Stored as it is typed; what the host has is shown again once the field is left.
              setTyped(event.target.value);
              void reviewRun(app, run.id, { note: event.target.value });
            }}
            onBlur={() => setTyped(undefined)}
          />
        )}
      </Field>
      <Fold title={<span className={styles.title}>{texts.details}</span>}>
        <dl className={styles.settings}>
          {settingsOfRun(run).map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Fold>
    </>
  );
}
