import { useEffect, useState } from 'react';
import { paradigmSchema } from '../../electron/host/contract/catalogue.ts';
import type { Catalogue, Paradigm } from '../../electron/host/contract/catalogue.ts';
import { paradigmWords } from '../../electron/host/contract/catalogue-words.ts';
import { useApp } from '../app/use-app.ts';
import { Choice } from '../ui/Choice.tsx';
import { SearchInput } from '../ui/Field.tsx';
import { Page } from '../ui/Page.tsx';
import { Select } from '../ui/Select.tsx';
import { CatalogueModelRow } from './CatalogueModelRow.tsx';
import { DataSetRow } from './DataSetRow.tsx';
import { filterDataSets, filterModels, noFilter } from './filter-catalogue.ts';
import { catalogueTexts } from './texts.ts';
import styles from './CataloguePage.module.css';

type Kind = 'models' | 'dataSets';

/** The models and benchmarks of the field, and what of them runs here. */
export function CataloguePage() {
  const app = useApp();
  const [list, setList] = useState<Catalogue & { readonly memoryBytes: number }>();
  const [kind, setKind] = useState<Kind>('models');
  const [filter, setFilter] = useState(noFilter);
  useEffect(() => {
    void app.attempt(app.call('catalogueList', {})).then(setList);
  }, [app]);
  const models = list === undefined ? [] : filterModels(list.models, filter);
  const dataSets = list === undefined ? [] : filterDataSets(list.dataSets, filter);
  const count = kind === 'models' ? models.length : dataSets.length;
  return (
    <Page
      title={catalogueTexts.title}
      back={catalogueTexts.back}
      onBack={() => app.workspace.setState({ page: 'models' })}
    >
      <p className={styles.text}>{catalogueTexts.intro}</p>
      <div className={styles.tools}>
        <Choice
          label={catalogueTexts.shown}
          value={kind}
          options={(['models', 'dataSets'] as const).map((value) => ({
            value,
            label: catalogueTexts.kinds[value],
          }))}
          onChange={setKind}
        />
        <Choice
          label={catalogueTexts.usable}
          value={filter.usable ? 'usable' : 'all'}
          options={[
            {
              value: 'usable',
              label: kind === 'models' ? catalogueTexts.usableModels : catalogueTexts.usableDataSets,
            },
            { value: 'all', label: catalogueTexts.all },
          ]}
          onChange={(value) => setFilter({ ...filter, usable: value === 'usable' })}
        />
        {kind === 'models' && (
          <Select<Paradigm | 'all'>
            label={catalogueTexts.paradigm}
            className={styles.paradigm}
            value={filter.paradigm}
            options={[
              { value: 'all', label: catalogueTexts.anyParadigm },
              ...paradigmSchema.options.map((value) => ({ value, label: paradigmWords[value] })),
            ]}
            onChange={(paradigm) => setFilter({ ...filter, paradigm })}
          />
        )}
        <SearchInput
          className={styles.search}
          label={catalogueTexts.search}
          words={filter.words}
          onWords={(words) => setFilter({ ...filter, words })}
        />
      </div>
      {list !== undefined && count === 0 && <p className={styles.text}>{catalogueTexts.none}</p>}
      {list !== undefined && count > 0 && (
        <ul className={styles.list} aria-label={catalogueTexts.list}>
          {kind === 'models'
            ? models.map((model) => (
                <CatalogueModelRow key={model.title} model={model} memoryBytes={list.memoryBytes} />
              ))
            : dataSets.map((dataSet) => <DataSetRow key={dataSet.name} dataSet={dataSet} />)}
        </ul>
      )}
      {list !== undefined && <p className={styles.source}>{catalogueTexts.source(list)}</p>}
    </Page>
  );
}
