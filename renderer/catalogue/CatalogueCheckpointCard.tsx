import { Download } from 'lucide-react';
import type { CatalogueCheckpoint } from '../../electron/host/contract/catalogue.ts';
import { usageWords } from '../../electron/host/contract/catalogue-words.ts';
import { downloadModel } from '../app/actions/model-actions.ts';
import { useApp } from '../app/use-app.ts';
import { Button } from '../ui/Button.tsx';
import { formatBytes } from '../ui/format.ts';
import { catalogueTexts } from './texts.ts';
import styles from './CatalogueCheckpointCard.module.css';

/** A checkpoint whose network is computed here: as what, in how much memory, what holds it; one press brings it. */
export function CatalogueCheckpointCard(props: {
  readonly checkpoint: CatalogueCheckpoint;
  readonly memoryBytes: number;
}) {
  const app = useApp();
  const { checkpoint, memoryBytes } = props;
  const { downloadKey, proof } = checkpoint;
  const needed = formatBytes(checkpoint.memoryBytes);
  const fits = checkpoint.memoryBytes <= memoryBytes ? catalogueTexts.fits : catalogueTexts.tooMuch;
  return (
    <section className={styles.card} aria-label={checkpoint.repository}>
      <div className={styles.words}>
        <h3 className={styles.name}>
          {checkpoint.repository} <span className={styles.base}>({checkpoint.base})</span>
        </h3>
        <ul className={styles.usage}>
          {usageWords(checkpoint).map((words) => (
            <li key={words}>{words}</li>
          ))}
          <li>{fits(needed, formatBytes(memoryBytes))}</li>
        </ul>
        <p className={styles.proof}>{catalogueTexts.heldBy([...proof.fixtures, ...proof.tests])}</p>
        {downloadKey === undefined && (
          <p className={styles.proof}>{catalogueTexts.byHand(checkpoint.repository)}</p>
        )}
      </div>
      {downloadKey !== undefined && (
        <Button
          icon={<Download size={15} aria-hidden="true" />}
          onClick={() => {
            void downloadModel(app, downloadKey, 'int8').then((begun) => {
              if (begun) app.workspace.setState({ page: 'models' });
            });
          }}
        >
          {catalogueTexts.download}
        </Button>
      )}
    </section>
  );
}
