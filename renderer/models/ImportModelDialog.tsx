import { useState } from 'react';
import type { ChooseFiles } from '../../electron/host/contract/shell-bridge.ts';
import type { InspectReport } from '../../native-models/protocol/inspect-report.ts';
import { precisionSchema } from '../../native-models/protocol/roles.ts';
import type { Precision } from '../../native-models/protocol/roles.ts';
import { choosePaths } from '../app/actions/choose-paths.ts';
import { FilesDialog } from '../app/dialogs/FilesDialog.tsx';
import { useApp } from '../app/use-app.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Field, TextInput } from '../ui/Field.tsx';
import { Select } from '../ui/Select.tsx';
import { modelTexts } from './texts.ts';
import styles from './ImportModelDialog.module.css';

export interface ImportModelDialogProps {
  /** What was found in the folder that was chosen. */
  readonly report: InspectReport;
  readonly onClose: () => void;
}

/** How a package is made of a checkpoint. */
export function ImportModelDialog({ report, onClose }: ImportModelDialogProps) {
  const app = useApp();
  const isAdapters = report.kind === 'videomind' || report.kind === 'adapter';
  const [base, setBase] = useState(isAdapters ? (report.basePath ?? '') : report.path);
  const [adapters, setAdapters] = useState(isAdapters ? report.path : '');
  const [prompts, setPrompts] = useState('');
  const [name, setName] = useState('');
  const [precision, setPrecision] = useState<Precision>('int8');
  const start = async (): Promise<void> => {
    const job = await app.attempt(
      app.call('modelsImport', {
        basePath: base,
        precision,
        ...(adapters === '' ? {} : { adaptersPath: adapters }),
        ...(prompts === '' ? {} : { promptsPath: prompts }),
        ...(name.trim() === '' ? {} : { name: name.trim() }),
      }),
    );
    if (job === undefined) return;
    onClose();
    app.workspace.setState({ page: 'models' });
  };
  return (
    <Dialog
      title={modelTexts.importTitle}
      description={modelTexts.importText}
      open
      onClose={onClose}
      actions={
        <Button look="primary" disabled={base === ''} onClick={() => void start()}>
          {modelTexts.import}
        </Button>
      }
    >
      <ErrorNote
        level={report.agent === undefined && !isAdapters ? 'warning' : 'info'}
        message={report.summary}
        remedy={report.advice}
      />
      {report.problems.map((problem) => (
        <ErrorNote key={problem.code} level="warning" message={problem.message} />
      ))}
      <PathField label={modelTexts.base} path={base} onChange={setBase} kind="folder" />
      <PathField
        label={modelTexts.adapters}
        hint={modelTexts.adaptersHint}
        path={adapters}
        onChange={setAdapters}
        kind="folder"
      />
      <PathField
        label={modelTexts.prompts}
        hint={modelTexts.promptsHint}
        path={prompts}
        onChange={setPrompts}
        kind="prompts"
      />
      <div className={styles.row}>
        <Field label={modelTexts.name}>
          {(id) => <TextInput id={id} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label={modelTexts.precision}>
          {() => (
            <Select
              label={modelTexts.precisionLabel}
              value={precision}
              options={precisionSchema.options.map((value) => ({
                value,
                label: modelTexts.precisions[value],
              }))}
              onChange={setPrecision}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}

interface PathFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly path: string;
  readonly onChange: (path: string) => void;
  readonly kind: ChooseFiles['kind'];
}

function PathField({ label, hint, path, onChange, kind }: PathFieldProps) {
  const app = useApp();
  const [choosing, setChoosing] = useState(false);
  const options = { title: label, kind, several: false } as const;
  const take = ([chosen]: readonly string[]): void => {
    setChoosing(false);
    if (chosen !== undefined) onChange(chosen);
  };
  const choose = (): void => {
    if (app.bridge.chooseFiles === undefined) setChoosing(true);
    else void choosePaths(app, options).then(take);
  };
  return (
    <Field label={label} hint={hint}>
      {(id) => (
        <div className={styles.path}>
          <TextInput id={id} value={path} onChange={(event) => onChange(event.target.value)} />
          <Button onClick={choose}>{modelTexts.choose}</Button>
          {choosing && <FilesDialog options={options} onChosen={take} />}
        </div>
      )}
    </Field>
  );
}
