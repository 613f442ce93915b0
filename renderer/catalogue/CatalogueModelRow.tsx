import { runsHere } from '../../electron/host/contract/catalogue.ts';
import type { CatalogueModel } from '../../electron/host/contract/catalogue.ts';
import { paradigmWords, whyNotWords } from '../../electron/host/contract/catalogue-words.ts';
import { Badge } from '../ui/Badge.tsx';
import { formatBytes } from '../ui/format.ts';
import { CatalogueCheckpointCard } from './CatalogueCheckpointCard.tsx';
import { CatalogueRow, Sources } from './CatalogueRow.tsx';
import { catalogueTexts } from './texts.ts';
import styles from './CatalogueModelRow.module.css';

const looks = { yes: 'good', perhaps: 'warn', no: 'plain' } as const;

/** A model: what it is, whether it runs, and how to get it. */
export function CatalogueModelRow(props: { readonly model: CatalogueModel; readonly memoryBytes: number }) {
  const { model, memoryBytes } = props;
  const runs = runsHere(model);
  const [first] = model.checkpoints;
  const { code, codeLicence } = model;
  return (
    <CatalogueRow
      name={model.name}
      purpose={model.purpose}
      cells={[
        model.paradigms.map((each) => paradigmWords[each]).join(', '),
        first?.base,
        model.date,
        first === undefined ? undefined : formatBytes(first.memoryBytes),
        <Badge key="runs" look={looks[runs]}>
          {catalogueTexts.runs[runs]}
        </Badge>,
      ]}
    >
      {model.title !== model.name && <p>{model.title}</p>}
      {model.whyNot !== undefined && (
        <p className={styles.why}>
          {catalogueTexts.runs.no}: {whyNotWords(model.whyNot)}.
        </p>
      )}
      {model.checkpoints.map((checkpoint) => (
        <CatalogueCheckpointCard
          key={checkpoint.repository}
          checkpoint={checkpoint}
          memoryBytes={memoryBytes}
        />
      ))}
      <Sources
        entries={[
          [catalogueTexts.paper, model.paper],
          [catalogueTexts.code, codeLicence === undefined ? code : `${code ?? ''} (${codeLicence})`],
          [catalogueTexts.weights, model.weights],
        ]}
      />
    </CatalogueRow>
  );
}
