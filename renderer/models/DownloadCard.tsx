import { Download } from 'lucide-react';
import { useState } from 'react';
import type { DownloadableModel } from '../../electron/host/contract/models.ts';
import { precisionSchema } from '../../native-models/protocol/roles.ts';
import type { Precision } from '../../native-models/protocol/roles.ts';
import { downloadModel } from '../app/actions/model-actions.ts';
import { useApp } from '../app/use-app.ts';
import { Button } from '../ui/Button.tsx';
import { formatBytes } from '../ui/format.ts';
import { Select } from '../ui/Select.tsx';
import { modelTexts } from './texts.ts';
import styles from './DownloadCard.module.css';

function promptsText({ project, licence }: NonNullable<DownloadableModel['prompts']>): string {
  return modelTexts.promptsFrom(project, licence);
}

/** A checkpoint of the hub, to be downloaded and made a package of. */
export function DownloadCard({ model }: { readonly model: DownloadableModel }) {
  const app = useApp();
  const [precision, setPrecision] = useState<Precision>('int8');
  return (
    <article className={styles.card}>
      <div className={styles.words}>
        <h3 className={styles.name}>{model.title}</h3>
        <p className={styles.text}>{model.description}</p>
        <p className={styles.facts}>
          {modelTexts.downloadSize(formatBytes(model.downloadBytes), formatBytes(model.diskBytes))} ·{' '}
          {modelTexts.licence}: {model.licence}
          {model.prompts !== undefined && ` · ${promptsText(model.prompts)}`}
        </p>
      </div>
      <Select
        label={modelTexts.precisionLabel}
        value={precision}
        className={styles.precision}
        options={precisionSchema.options.map((value) => ({ value, label: modelTexts.precisions[value] }))}
        onChange={setPrecision}
      />
      <Button
        icon={<Download size={15} aria-hidden="true" />}
        onClick={() => void downloadModel(app, model.key, precision)}
      >
        {modelTexts.download}
      </Button>
    </article>
  );
}
