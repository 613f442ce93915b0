import type { CatalogueDataSet } from '../../electron/host/contract/catalogue.ts';
import { testWords } from '../../electron/host/contract/catalogue-words.ts';
import { Badge } from '../ui/Badge.tsx';
import { CatalogueRow, Sources } from './CatalogueRow.tsx';
import { catalogueTexts } from './texts.ts';

/** A benchmark or training set, and what `eval` calls it. */
export function DataSetRow({ dataSet }: { readonly dataSet: CatalogueDataSet }) {
  const { evalKeys = [] } = dataSet;
  return (
    <CatalogueRow
      name={dataSet.name}
      purpose={dataSet.purpose}
      cells={[
        dataSet.tests.map((each) => testWords[each]).join(', '),
        dataSet.kind === 'benchmark' ? catalogueTexts.benchmark : catalogueTexts.trainingSet,
        dataSet.date,
        undefined,
        evalKeys.length > 0 ? (
          <Badge key="eval" look="good">
            eval
          </Badge>
        ) : undefined,
      ]}
    >
      <p>{evalKeys.length > 0 ? catalogueTexts.evaluate(evalKeys) : catalogueTexts.notKnown}</p>
      <Sources
        entries={[
          [catalogueTexts.paper, dataSet.paper],
          [catalogueTexts.code, dataSet.code],
          [catalogueTexts.data, dataSet.data],
        ]}
      />
    </CatalogueRow>
  );
}
