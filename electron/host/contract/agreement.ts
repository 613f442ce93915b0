import { z } from 'zod';
import { idSchema } from './library.ts';

/** One of two that are compared: what is on a track, what a person made or changed last, what a model found. */
export const agreementSideSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('track'), id: idSchema }),
  z.object({ kind: z.literal('annotator'), name: z.string().max(200) }),
  /** The candidates of the last run of each question that ended, by the model's name. */
  z.object({ kind: z.literal('model'), name: z.string().max(1000) }),
]);
export type AgreementSide = z.infer<typeof agreementSideSchema>;

/** Which moments can be the same one: those of one label, of the same words, or any two. */
export const samenessSchema = z.enum(['label', 'text', 'any']);
export type Sameness = z.infer<typeof samenessSchema>;

/** Overlaps (intersection over union) that recall and precision are told at. */
export const agreementThresholds = [0.3, 0.5, 0.7] as const;

const share = z.number().min(0).max(1).nullable();

/** How two sides agree. What has nothing to be counted on is null. */
export const agreementScoresSchema = z.object({
  /** Moments of the one, of the other, and pairs of them that overlap. */
  one: z.number().int(),
  other: z.number().int(),
  pairs: z.number().int(),
  /** Mean overlap of the other's moments with their pairs; one without counts 0. */
  meanIou: share,
  /** Cohen's kappa: at each instant, is something marked or not. Weighted by time, in videos where either has a moment. */
  kappa: z.number().nullable(),
  at: z.array(
    z.object({
      iou: z.number(),
      /** Share of queries (a label or words in a video) whose best-scored moment of the one overlaps one of the other. */
      recallAtOne: share,
      precision: share,
      recall: share,
      f1: share,
    }),
  ),
});
export type AgreementScores = z.infer<typeof agreementScoresSchema>;

/** Something that two sides see differently. */
export const disagreementSchema = z.object({
  /** `missing`: only the other has it; `extra`: only the one; `bounds`, `label`: both have it, with other bounds or labels. */
  kind: z.enum(['missing', 'extra', 'bounds', 'label']),
  videoId: idSchema,
  startSec: z.number(),
  endSec: z.number(),
  /** What it is called: the label or the words. */
  name: z.string(),
  /** For `label`: what the other calls it. */
  otherName: z.string().optional(),
  iou: z.number(),
  /** The moments, where they are annotations. */
  oneId: idSchema.optional(),
  otherId: idSchema.optional(),
});
export type Disagreement = z.infer<typeof disagreementSchema>;

export const agreementRequestSchema = z.object({
  projectId: idSchema,
  one: agreementSideSchema,
  other: agreementSideSchema,
  sameness: samenessSchema.default('label'),
  /** Pairs that overlap less are told as disagreements about bounds. */
  minIou: z.number().min(0).max(1).default(0.5),
});
export type AgreementRequest = z.infer<typeof agreementRequestSchema>;

export const agreementSchema = z.object({
  whole: agreementScoresSchema,
  videos: z.array(z.object({ videoId: idSchema, scores: agreementScoresSchema })),
  /** By name of the label or words; '' are those without. Only one row where any two can be the same. */
  names: z.array(z.object({ name: z.string(), scores: agreementScoresSchema })),
  disagreements: z.array(disagreementSchema),
});
export type Agreement = z.infer<typeof agreementSchema>;
