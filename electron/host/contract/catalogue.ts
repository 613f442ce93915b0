import { z } from 'zod';

/** How a model thinks, by the survey: in text, in frames that it makes, in text between looks, or while the video runs. */
export const paradigmSchema = z.enum(['chain-of-thought', 'chain-of-frames', 'interleaved', 'streaming']);
export type Paradigm = z.infer<typeof paradigmSchema>;

/** Why a model does not run here. */
export const whyNotSchema = z.enum([
  'no-weights',
  'no-model-of-its-own',
  'other-network',
  'hears',
  'makes-video',
  'data',
  'not-looked-at',
]);

/** A published checkpoint whose network this program computes. */
export const catalogueCheckpointSchema = z.object({
  repository: z.string(),
  base: z.string(),
  parameters: z.number(),
  /** What it is asked as; what holds that is in `proof`. */
  as: z.enum(['videomind', 'reasoner', 'answerer']),
  /** The preset of its tool calls. */
  tools: z.enum(['longvt', 'videozoomer']).optional(),
  /** What the published program does around it and this one does not. */
  without: z.enum(['rounds', 'streaming', 'tools']).optional(),
  /** Why it is not known for sure: its page was not seen, the repository holds several, its shape is its own, it is for pictures. */
  unproven: z.enum(['page', 'layout', 'shape', 'pictures']).optional(),
  /** At int8, as `docs/models.md` measures it. */
  memoryBytes: z.number(),
  /** What `videomind download` calls it. */
  downloadKey: z.string().optional(),
  /** Files of this repository: the tiny checkpoints of its family, and the tests that ask them. */
  proof: z.object({ fixtures: z.array(z.string()), tests: z.array(z.string()) }),
});
export type CatalogueCheckpoint = z.infer<typeof catalogueCheckpointSchema>;

/** A model of the survey, or another that this program runs. */
export const catalogueModelSchema = z.object({
  name: z.string(),
  title: z.string(),
  paradigms: z.array(paradigmSchema).min(1),
  purpose: z.string(),
  date: z.string().optional(),
  paper: z.string().optional(),
  code: z.string().optional(),
  /** Of the code; weights have their own, which stands on their page. */
  codeLicence: z.string().optional(),
  weights: z.string().optional(),
  inSurvey: z.boolean(),
  checkpoints: z.array(catalogueCheckpointSchema),
  whyNot: z.object({ reason: whyNotSchema, network: z.string().optional() }).optional(),
});
export type CatalogueModel = z.infer<typeof catalogueModelSchema>;

/** A benchmark or training set. */
export const catalogueDataSetSchema = z.object({
  name: z.string(),
  kind: z.enum(['benchmark', 'training-set']),
  purpose: z.string(),
  date: z.string().optional(),
  paper: z.string().optional(),
  code: z.string().optional(),
  data: z.string().optional(),
  /** What of a model it looks at. */
  tests: z.array(z.enum(['understanding', 'making', 'streams'])),
  /** What `videomind eval` calls it. */
  evalKeys: z.array(z.string()).optional(),
  inSurvey: z.boolean(),
});
export type CatalogueDataSet = z.infer<typeof catalogueDataSetSchema>;

/** Where the facts come from. */
export const surveySchema = z.object({
  title: z.string(),
  url: z.string(),
  commit: z.string(),
  date: z.string(),
  /** null: the survey names none; facts alone are taken from it. */
  licence: z.string().nullable(),
});

/** What there is, and what of it this program runs; data of the program, nothing is fetched. */
export const catalogueSchema = z.object({
  readOn: z.string(),
  survey: surveySchema,
  models: z.array(catalogueModelSchema),
  dataSets: z.array(catalogueDataSetSchema),
});
export type Catalogue = z.infer<typeof catalogueSchema>;

/** Whether a model runs here: one of its checkpoints does, might, or none. */
export function runsHere({ checkpoints }: CatalogueModel): 'yes' | 'perhaps' | 'no' {
  if (checkpoints.some(({ unproven }) => unproven === undefined)) return 'yes';
  return checkpoints.length > 0 ? 'perhaps' : 'no';
}
