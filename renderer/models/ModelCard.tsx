import { Trash2 } from 'lucide-react';
import type { Model } from '../../electron/host/contract/models.ts';
import { askToRemoveModel, chooseModel } from '../app/actions/model-actions.ts';
import { currentModel } from '../app/library/selectors.ts';
import { useApp, useLibrary } from '../app/use-app.ts';
import { sessionTexts } from '../session/texts.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { classNames } from '../ui/class-names.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { formatBytes } from '../ui/format.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { modelTexts } from './texts.ts';
import styles from './ModelCard.module.css';

/** A model package: what it is, what it takes, whether it is used. */
export function ModelCard({ model }: { readonly model: Model }) {
  const app = useApp();
  const used = useLibrary((state) => currentModel(state)?.id === model.id);
  const can = model.agent === 'reasoner' ? modelTexts.reasons : roleWords(model);
  return (
    <article className={classNames(styles.card, used && styles.used)}>
      <div className={styles.head}>
        <h3 className={styles.name}>{model.name}</h3>
        {model.demo && <Badge look="accent">{modelTexts.demo}</Badge>}
        <Badge>{model.precision}</Badge>
        {model.state !== 'ready' && <Badge look="bad">{modelTexts[model.state]}</Badge>}
        <span className={styles.space} />
        {used ? (
          <Badge look="good">{modelTexts.inUse}</Badge>
        ) : (
          <Button small disabled={model.state !== 'ready'} onClick={() => void chooseModel(app, model.id)}>
            {modelTexts.use}
          </Button>
        )}
        {!model.demo && (
          <IconButton
            label={modelTexts.remove}
            icon={<Trash2 size={15} aria-hidden="true" />}
            onClick={() => askToRemoveModel(app, model)}
          />
        )}
      </div>
      <p className={styles.facts}>
        {model.architecture} · {can}
      </p>
      <p className={styles.facts}>
        {modelTexts.disk} {formatBytes(model.bytes)} · {modelTexts.memory} {formatBytes(model.memoryBytes)}
      </p>
      <p className={styles.path} title={model.path}>
        {model.path}
      </p>
      {model.error !== undefined && <ErrorNote message={model.error.message} remedy={model.error.remedy} />}
    </article>
  );
}

function roleWords(model: Model): string {
  return model.roles.map((role) => sessionTexts.roles[role].toLowerCase()).join(', ');
}
