import { z } from 'zod';
import {
  catalogueCheckpointSchema,
  catalogueDataSetSchema,
  catalogueModelSchema,
  surveySchema,
} from '../contract/catalogue.ts';
import type { Catalogue, CatalogueCheckpoint } from '../contract/catalogue.ts';
import type { DownloadableModel } from '../contract/models.ts';
import { downloadableModels } from '../downloads/downloadable-models.ts';
import data from './catalogue.json' with { type: 'json' };
import { downloadSizes, peakMemoryBytes, publishedNetworks } from './networks.ts';
import { proofOf } from './proofs.ts';

/** A checkpoint as the data file has it; the rest follows from its network. */
const writtenCheckpointSchema = catalogueCheckpointSchema
  .pick({ repository: true, tools: true, without: true, unproven: true })
  .extend({
    network: z.string(),
    /** A key of the list of downloads; absent: it gets one of its own. */
    download: z.string().optional(),
  })
  .strict();

const writtenModelSchema = catalogueModelSchema
  .omit({ checkpoints: true })
  .extend({ checkpoints: z.array(writtenCheckpointSchema).optional() })
  .strict()
  .refine(({ checkpoints, whyNot }) => (checkpoints === undefined) !== (whyNot === undefined), {
    message: 'A model has checkpoints that run, or a reason why none does',
  });

const writtenCatalogue = z
  .object({
    schemaVersion: z.literal(1),
    readOn: z.string(),
    survey: surveySchema,
    models: z.array(writtenModelSchema),
    dataSets: z.array(catalogueDataSetSchema.strict()),
  })
  .strict()
  .parse(data);

type WrittenCheckpoint = z.infer<typeof writtenCheckpointSchema>;

/** The catalogue: facts of the data file, and what follows from them. */
export const catalogue: Catalogue = {
  readOn: writtenCatalogue.readOn,
  survey: writtenCatalogue.survey,
  dataSets: writtenCatalogue.dataSets,
  models: writtenCatalogue.models.map(({ checkpoints = [], ...model }) => ({
    ...model,
    checkpoints: checkpoints.map((each) => checkpointOf(each)),
  })),
};

/** Every checkpoint that can be downloaded: those of the list, and those of the catalogue that run. */
export const everyDownload: readonly DownloadableModel[] = [
  ...downloadableModels,
  ...writtenCatalogue.models.flatMap(({ name, purpose, checkpoints = [] }) =>
    checkpoints.filter(hasOwnDownload).map((each): DownloadableModel => {
      const size = networkOf(each);
      return {
        key: ownKey(each),
        title: `${name} (${size.title})`,
        description: `For ${purpose}.`,
        licence: 'See its page',
        baseRepository: each.repository,
        ...downloadSizes(size),
      };
    }),
  ),
];

function hasOwnDownload({ download, unproven }: WrittenCheckpoint): boolean {
  return download === undefined && unproven === undefined;
}

/** `OneThink/OneThinker-8B` is `onethinker-8b`. */
function ownKey({ repository }: WrittenCheckpoint): string {
  return repository
    .slice(repository.indexOf('/') + 1)
    .toLowerCase()
    .replaceAll('_', '-');
}

function networkOf({ network }: WrittenCheckpoint) {
  const found = publishedNetworks[network];
  if (found === undefined) throw new Error(`The catalogue names a network "${network}" that is not known.`);
  return found;
}

function checkpointOf(written: WrittenCheckpoint): CatalogueCheckpoint {
  const { network, download, ...facts } = written;
  const size = networkOf(written);
  const listed = downloadableModels.find(({ key }) => key === download);
  const as =
    listed?.adaptersRepository !== undefined
      ? 'videomind'
      : size.family === 'qwen2-vl'
        ? 'answerer'
        : 'reasoner';
  const downloadKey = hasOwnDownload(written) ? ownKey(written) : download;
  return {
    ...facts,
    base: size.title,
    parameters: size.parameters,
    as,
    memoryBytes: peakMemoryBytes(size, as),
    ...(downloadKey === undefined ? {} : { downloadKey }),
    proof: proofOf(network, size.family, written.tools),
  };
}
