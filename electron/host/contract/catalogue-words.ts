import type { CatalogueCheckpoint, CatalogueDataSet, CatalogueModel, Paradigm } from './catalogue.ts';

/** What paradigms are called. */
export const paradigmWords: Readonly<Record<Paradigm, string>> = {
  'chain-of-thought': 'chain of thought',
  'chain-of-frames': 'chain of frames',
  interleaved: 'interleaved',
  streaming: 'streaming',
};

/** What data sets look at. */
export const testWords: Readonly<Record<CatalogueDataSet['tests'][number], string>> = {
  understanding: 'understanding',
  making: 'making videos',
  streams: 'streams',
};

const as: Readonly<Record<CatalogueCheckpoint['as'], string>> = {
  videomind: 'as VideoMind: plans, finds moments, verifies, answers',
  reasoner: 'as a model that reasons aloud',
  answerer: 'as an answerer alone',
};

const without: Readonly<Record<NonNullable<CatalogueCheckpoint['without']>, string>> = {
  rounds: 'its own rounds of looking again are not run: it answers in one',
  streaming: 'asked about a whole video, not while it runs',
  tools: 'without its tools: no tools file says how it calls them',
};

const unproven: Readonly<Record<NonNullable<CatalogueCheckpoint['unproven']>, string>> = {
  page: 'which network its weights are was not seen: inspect says',
  layout: 'its repository holds several checkpoints: choose one and inspect it',
  shape: 'a network of this family in a shape of its own: the import says',
  pictures: 'it was trained on pictures alone',
};

const tools: Readonly<Record<NonNullable<CatalogueCheckpoint['tools']>, string>> = {
  longvt: 'with its tools: --tools longvt',
  videozoomer: 'with its tools: --tools videozoomer',
};

/** How a checkpoint is used here, in parts of a sentence. */
export function usageWords(checkpoint: CatalogueCheckpoint): string[] {
  return [
    as[checkpoint.as],
    ...(checkpoint.tools === undefined ? [] : [tools[checkpoint.tools]]),
    ...(checkpoint.without === undefined ? [] : [without[checkpoint.without]]),
    ...(checkpoint.unproven === undefined ? [] : [unproven[checkpoint.unproven]]),
  ];
}

/** Why a model does not run here. */
export function whyNotWords({ reason, network }: NonNullable<CatalogueModel['whyNot']>): string {
  switch (reason) {
    case 'no-weights':
      return 'the survey knows of no published weights';
    case 'no-model-of-its-own':
      return 'a way of using other models, or other programs around them; no weights of its own';
    case 'other-network':
      return `another network: ${network ?? 'unknown'}`;
    case 'hears':
      return 'it also hears; networks with sound are not computed here';
    case 'makes-video':
      return 'it makes videos instead of answering';
    case 'data':
      return 'data or a method, no model';
    case 'not-looked-at':
      return 'which network its weights are was not looked at';
  }
}
