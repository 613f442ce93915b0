import { expect, test } from 'vitest';
import type {
  CatalogueCheckpoint,
  CatalogueDataSet,
  CatalogueModel,
} from '../../electron/host/contract/catalogue.ts';
import { filterDataSets, filterModels, noFilter } from './filter-catalogue.ts';

const checkpoint: CatalogueCheckpoint = {
  ...{ repository: 'maker/looker', base: 'Qwen3-VL 8B', parameters: 8e9, as: 'reasoner', memoryBytes: 1e10 },
  proof: { fixtures: [], tests: [] },
};
const model = (name: string, more: Partial<CatalogueModel>): CatalogueModel => ({
  ...{ name, title: name, paradigms: ['chain-of-thought'], purpose: 'long videos', inSurvey: true },
  ...{ checkpoints: [], ...more },
});
const models = [
  model('Looker', { checkpoints: [checkpoint], paradigms: ['interleaved', 'streaming'] }),
  model('Perhaps', { checkpoints: [{ ...checkpoint, unproven: 'page' }] }),
  model('Painter', { whyNot: { reason: 'makes-video' }, purpose: 'makes videos' }),
];
const namesOf = (found: readonly { readonly name: string }[]): string[] => found.map(({ name }) => name);

test('the page begins with what runs', () => {
  expect(namesOf(filterModels(models, noFilter))).toEqual(['Looker']);
});

test.each([
  [{ usable: false }, ['Looker', 'Perhaps', 'Painter']],
  [{ usable: false, paradigm: 'streaming' as const }, ['Looker']],
  [{ usable: false, words: 'MAKES videos' }, ['Painter']],
  [{ usable: false, words: 'qwen3 8b' }, ['Looker', 'Perhaps']],
  [{ words: 'nothing of it' }, []],
])('%j shows %j', (filter, expected) => {
  expect(namesOf(filterModels(models, { ...noFilter, ...filter }))).toEqual(expected);
});

test('data sets are usable where eval knows them', () => {
  const dataSet = { kind: 'benchmark' as const, purpose: 'science', tests: [], inSurvey: true };
  const all: CatalogueDataSet[] = [
    { ...dataSet, name: 'Known', evalKeys: ['known_set'] },
    { ...dataSet, name: 'Other' },
  ];
  expect(namesOf(filterDataSets(all, noFilter))).toEqual(['Known']);
  expect(namesOf(filterDataSets(all, { ...noFilter, usable: false, words: 'known_set' }))).toEqual(['Known']);
});
