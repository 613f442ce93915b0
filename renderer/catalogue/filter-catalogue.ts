import { runsHere } from '../../electron/host/contract/catalogue.ts';
import type { CatalogueDataSet, CatalogueModel, Paradigm } from '../../electron/host/contract/catalogue.ts';

/** What a person wants to see of the catalogue. */
export interface CatalogueFilter {
  readonly words: string;
  readonly paradigm: Paradigm | 'all';
  /** Only models that run here, only data sets that `eval` knows. */
  readonly usable: boolean;
}

/** The filter that the page begins with. */
export const noFilter: CatalogueFilter = { words: '', paradigm: 'all', usable: true };

/** The models that are wanted, in their order. */
export function filterModels(models: readonly CatalogueModel[], filter: CatalogueFilter): CatalogueModel[] {
  return models.filter(
    (model) =>
      (!filter.usable || runsHere(model) === 'yes') &&
      (filter.paradigm === 'all' || model.paradigms.includes(filter.paradigm)) &&
      holds([model.name, model.title, model.purpose, ...model.checkpoints.map(({ base }) => base)], filter),
  );
}

/** The data sets that are wanted, in their order; data sets have no paradigm. */
export function filterDataSets(
  dataSets: readonly CatalogueDataSet[],
  filter: CatalogueFilter,
): CatalogueDataSet[] {
  return dataSets.filter(
    ({ name, purpose, evalKeys = [] }) =>
      (!filter.usable || evalKeys.length > 0) && holds([name, purpose, ...evalKeys], filter),
  );
}

/** Every word stands in one of the texts. */
function holds(texts: readonly string[], { words }: CatalogueFilter): boolean {
  const all = texts.join('\n').toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
