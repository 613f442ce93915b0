import type { Catalogue } from '../../electron/host/contract/catalogue.ts';

/** Words of the catalogue. */
export const catalogueTexts = {
  title: 'Catalogue',
  back: 'Back to models',
  open: 'What else runs here…',
  intro:
    'Models that reason about videos, and what they are measured with. Nothing is fetched until you download.',
  source: ({ survey, readOn }: Catalogue) =>
    `Facts after ${survey.title} (${survey.date}, ${survey.commit.slice(0, 7)}; ${
      survey.licence ?? 'no licence named, facts alone'
    }), papers and code of each; ${readOn}. ${survey.url}`,
  shown: 'Shown',
  kinds: { models: 'Models', dataSets: 'Benchmarks and data' },
  usable: 'Which',
  usableModels: 'Runs here',
  usableDataSets: 'Known to eval',
  all: 'All',
  paradigm: 'Way of thinking',
  anyParadigm: 'Any way of thinking',
  search: 'Search the catalogue',
  none: 'Nothing of the catalogue fits.',
  list: 'Entries of the catalogue',
  runs: { yes: 'runs', perhaps: 'perhaps', no: 'does not run' },
  needs: (bytes: string) => `about ${bytes}`,
  fits: (needed: string, here: string) => `About ${needed} of memory at int8; this machine has ${here}.`,
  tooMuch: (needed: string, here: string) =>
    `About ${needed} of memory at int8, more than the ${here} of this machine.`,
  paper: 'Paper',
  code: 'Code',
  weights: 'Weights',
  data: 'Data',
  notInSurvey: 'not in the survey',
  heldBy: (files: readonly string[]) => `Held by ${files.join(', ')}`,
  download: 'Download and import',
  begun: 'On its way: see Models',
  byHand: (repository: string) =>
    `Not offered for download. With its folder here (hf download ${repository}), Models → Choose a folder… says what it is.`,
  trainingSet: 'training set',
  benchmark: 'benchmark',
  evaluate: (keys: readonly string[]) => `videomind eval inspect ${keys.join(' · ')}`,
  notKnown: 'eval does not know it; an own benchmark can be written (eval own)',
};
