import { z } from 'zod';
import { pictureRegionSchema } from '../../protocol/picture-region.ts';
import { provenances, reviewStates } from '../found-moment.ts';
import type { ExportedMoment, VideoMoments, WrittenVideo } from '../written-moment.ts';

/** A moment that a run found. */
const candidateSchema = z.object({
  startSec: z.number(),
  endSec: z.number(),
  confidence: z.number().optional(),
  verifierScore: z.number().optional(),
});
const stateSchema = z.enum(reviewStates);

/** What is read of a project that the program wrote (`projectExportSchema` of the host has all of it). */
export const projectMomentsSchema = z.object({
  format: z.literal('videomind-project'),
  project: z.object({
    labels: z.array(
      z.object({
        ...{ id: z.string(), name: z.string() },
        attributes: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
      }),
    ),
    tracks: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
  }),
  videos: z.array(z.object({ id: z.string(), name: z.string(), path: z.string() })),
  runs: z.array(
    z.object({
      id: z.string(),
      question: z.object({ videoId: z.string(), question: z.string() }),
      modelName: z.string().optional(),
      review: stateSchema,
      note: z.string(),
      record: z
        .object({
          candidates: z.array(candidateSchema),
          moment: z.object({ startSec: z.number(), endSec: z.number() }).optional(),
          plan: z.object({ query: z.string() }).optional(),
          answer: z.object({ text: z.string() }).optional(),
          places: z
            .array(z.object({ region: pictureRegionSchema, name: z.string(), atSec: z.number().optional() }))
            .optional(),
        })
        .optional(),
    }),
  ),
  annotations: z.array(
    z.object({
      ...{ id: z.string(), videoId: z.string(), startSec: z.number(), endSec: z.number() },
      ...{
        text: z.string(),
        note: z.string(),
        labelId: z.string().optional(),
        trackId: z.string().optional(),
        attributes: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      },
      ...{ provenance: z.enum(provenances), state: stateSchema },
      ...{
        confidence: z.number().optional(),
        verifierScore: z.number().optional(),
        source: z.string().optional(),
      },
      ...{ runId: z.string().optional(), candidateIndex: z.number().optional() },
      ...{ placeIndex: z.number().optional(), region: pictureRegionSchema.optional() },
    }),
  ),
});
type ProjectContent = z.infer<typeof projectMomentsSchema>;
/** Those parts of a project that its moments are made of. */
export type ProjectMoments = Omit<ProjectContent, 'videos' | 'format'> & {
  readonly videos: readonly WrittenVideo[];
};

/**
 * The moments of a project, video by video: its annotations, and (`withFound`) for each finished run the moment that it
 * chose, unless an annotation already began as that very candidate; `withPlaces` those boxes and points, too, that it named at a
 * time and nobody kept. Videos without moments are left out.
 */
export function momentsByVideo(
  content: ProjectMoments,
  {
    withFound = true,
    withPlaces = false,
  }: { readonly withFound?: boolean; readonly withPlaces?: boolean } = {},
): VideoMoments[] {
  const labels = new Map(content.project.labels.map((label) => [label.id, label]));
  const tracks = new Map(content.project.tracks?.map((track) => [track.id, track.name]));
  const runs = new Map(content.runs.map((run) => [run.id, run]));
  return content.videos
    .map((video) => ({
      video,
      moments: [
        ...content.annotations
          .filter((annotation) => annotation.videoId === video.id)
          .map((annotation) => fromAnnotation(annotation, { labels, tracks, runs })),
        ...content.runs
          .filter(
            (run) => withFound && run.question.videoId === video.id && !isAnnotated(run, content.annotations),
          )
          .flatMap((run) => fromRun(run)),
        ...content.runs
          .filter((run) => withFound && withPlaces && run.question.videoId === video.id)
          .flatMap((run) => placesOf(run, content.annotations)),
      ].sort((one, other) => one.startSec - other.startSec || one.endSec - other.endSec),
    }))
    .filter(({ moments }) => moments.length > 0);
}

function fromAnnotation(
  annotation: ProjectContent['annotations'][number],
  {
    labels,
    tracks,
    runs,
  }: {
    readonly labels: ReadonlyMap<string, ProjectContent['project']['labels'][number]>;
    readonly tracks: ReadonlyMap<string, string>;
    readonly runs: ReadonlyMap<string, ProjectContent['runs'][number]>;
  },
): ExportedMoment {
  const { startSec, endSec, text, note, provenance, state, confidence, verifierScore, source, region, id } =
    annotation;
  const { name: label = '', attributes: known = [] } = labels.get(annotation.labelId ?? '') ?? {};
  const said = annotation.attributes ?? {};
  const attributes = Object.fromEntries(
    known.flatMap(({ id: attributeId, name }) => {
      const value = said[attributeId];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const run = annotation.runId === undefined ? undefined : runs.get(annotation.runId);
  return {
    ...{ startSec, endSec, text, label, note, provenance, state, confidence, verifierScore, source, id },
    ...(region === undefined ? {} : { region }),
    ...{ question: run?.question.question, model: run?.modelName, run: annotation.runId },
    track: tracks.get(annotation.trackId ?? 'own'),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
  };
}

function fromRun(run: ProjectContent['runs'][number]): ExportedMoment[] {
  const best = run.record?.candidates[0];
  if (run.record?.moment === undefined || best === undefined) return [];
  return [
    {
      startSec: best.startSec,
      endSec: best.endSec,
      text: run.record.plan?.query ?? run.question.question,
      label: '',
      note: run.note,
      provenance: 'model',
      state: run.review,
      confidence: best.confidence,
      verifierScore: best.verifierScore,
      answer: run.record.answer?.text,
      id: run.id,
      ...{ question: run.question.question, model: run.modelName, run: run.id },
    },
  ];
}

function isAnnotated(
  run: ProjectContent['runs'][number],
  annotations: ProjectContent['annotations'],
): boolean {
  return annotations.some((annotation) => annotation.runId === run.id && annotation.candidateIndex === 0);
}

/** The boxes and points that a run named at a time, and nobody kept. */
function placesOf(
  run: ProjectContent['runs'][number],
  annotations: ProjectContent['annotations'],
): ExportedMoment[] {
  const kept = new Set(
    annotations.filter(({ runId }) => runId === run.id).map(({ placeIndex }) => placeIndex),
  );
  return (run.record?.places ?? []).flatMap(({ region, name, atSec }, index) =>
    atSec === undefined || kept.has(index)
      ? []
      : [
          {
            ...{ startSec: atSec, endSec: atSec, text: name, label: '', note: '', region },
            ...{ provenance: 'model', state: run.review, id: `${run.id}-place-${index}` },
            ...{ question: run.question.question, model: run.modelName, run: run.id },
          },
        ],
  );
}
