import { Download } from 'lucide-react';
import { useState } from 'react';
import type { SourceKey } from '../../electron/host/contract/downloads.ts';
import type { DownloadableModel } from '../../electron/host/contract/models.ts';
import { precisionSchema } from '../../native-models/protocol/roles.ts';
import type { Precision } from '../../native-models/protocol/roles.ts';
import { downloadModel } from '../app/actions/model-actions.ts';
import { useApp, useLibrary } from '../app/use-app.ts';
import { Button } from '../ui/Button.tsx';
import { formatBytes } from '../ui/format.ts';
import { Select } from '../ui/Select.tsx';
import { modelTexts } from './texts.ts';
import styles from './DownloadCard.module.css';

function promptsText({ project, licence }: NonNullable<DownloadableModel['prompts']>): string {
  return modelTexts.promptsFrom(project, licence);
}

/** Where each part comes from, by the person's choice; what ModelScope has not comes from the hub. */
function origins(model: DownloadableModel, source: SourceKey): string {
  const { baseRepository, adaptersRepository, modelScope } = model;
  const { repository, sources } = modelTexts.origin;
  const one = (name: string, other: string | undefined): string =>
    source === 'modelscope' && other !== undefined
      ? repository(other, sources.modelscope)
      : repository(name, sources.hub);
  return [
    one(baseRepository, modelScope?.base),
    ...(adaptersRepository === undefined ? [] : [one(adaptersRepository, modelScope?.adapters)]),
  ].join(', ');
}

/** A checkpoint of the hub, to be downloaded and made a package of. */
export function DownloadCard({ model }: { readonly model: DownloadableModel }) {
  const app = useApp();
  const source = useLibrary((state) => state.settings.downloads.source);
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
        <p className={styles.facts}>{origins(model, source)}</p>
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
