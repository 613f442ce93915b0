import { stat } from 'node:fs/promises';
import { downloadFile, isWhole } from '../../downloads/download-file.ts';
import type { KnownFile } from '../../downloads/download-file.ts';
import type { DownloadNetwork } from '../../downloads/download-network.ts';
import type { HubDataSet } from '../../downloads/hub-source.ts';
import { hubDataSet } from '../../downloads/hub-source.ts';
import { placeInFolder } from '../../downloads/repository-paths.ts';
import { annotationSource } from './annotation-sources.ts';
import type { AnnotationSource } from './annotation-sources.ts';

/** Where GitHub gives files as they are. */
const githubUrl = 'https://raw.githubusercontent.com';

/** A file of annotations that can be fetched: what it is, who publishes it, and on which terms. */
export interface FetchableFile {
  /** Below the data folder. */
  readonly place: string;
  readonly known: KnownFile;
  readonly url: string;
  /** As its publisher says it; absent where the publisher says nothing. */
  readonly licence?: string | undefined;
  /** Where its authors say what may be done with it. */
  readonly terms: string;
}

/** What can be fetched of some files, and what cannot, with the reason. */
export interface AnnotationPlan {
  readonly files: readonly FetchableFile[];
  readonly elsewhere: readonly { readonly place: string; readonly why: string; readonly where?: string }[];
}

/** How publishers are reached. */
export interface AnnotationNetwork {
  readonly network: DownloadNetwork;
  readonly githubUrl?: string;
  readonly signal: AbortSignal;
}

/**
 * Where annotation files are published, with sizes, checksums and licences: those of GitHub are known, those of the hub it is asked
 * for. Nothing is fetched.
 *
 * @param places paths below the data folder
 * @throws EngineError DOWNLOAD_FAILED, CANCELLED
 */
export async function planAnnotations(
  places: readonly string[],
  { network, githubUrl: github = githubUrl, signal }: AnnotationNetwork,
): Promise<AnnotationPlan> {
  const dataSets = new Map<string, HubDataSet>();
  const files: FetchableFile[] = [];
  const elsewhere: AnnotationPlan['elsewhere'][number][] = [];
  const { hub } = network.sources;
  for (const place of places) {
    const source = annotationSource(place);
    if (source?.kind === 'pinned') files.push(pinnedFile(place, source, github));
    else if (source?.kind === 'hub') {
      const { repository, terms } = source;
      const patience = { delaysMs: network.retryDelaysMs, silenceMs: network.silenceMs, signal };
      const listed = dataSets.get(repository) ?? (await hubDataSet(repository, hub.url, hub.fetch, patience));
      dataSets.set(repository, listed);
      const known = listed.files.find((file) => file.path === source.path);
      if (known === undefined) {
        elsewhere.push({ place, why: `${repository} has no ${source.path} any more.`, where: terms });
      } else files.push({ place, known, url: hub.addressOf(known), licence: listed.licence, terms });
    } else if (source === undefined) elsewhere.push({ place, why: 'Nobody is known to publish it.' });
    else elsewhere.push({ place, why: source.why, where: source.where });
  }
  return { files, elsewhere };
}

/**
 * Brings annotation files to their places in the data folder. What has arrived is kept and gone on from; a file has its name when its
 * checksum is right. What lies at its place is replaced.
 *
 * @returns places of the files that were fetched
 * @throws EngineError DOWNLOAD_FAILED, CHECKSUM_MISMATCH, DISK_FULL, CANCELLED
 */
export async function fetchAnnotations(
  files: readonly FetchableFile[],
  dataDir: string,
  { network, signal }: AnnotationNetwork,
  onProgress: (place: string, doneBytes: number, bytes: number) => void,
): Promise<string[]> {
  const fetched: string[] = [];
  const { hub } = network.sources;
  for (const { place, known, url, terms } of files) {
    const target = placeInFolder(dataDir, place);
    await downloadFile(known, target, {
      ...{ url, signal, retryDelaysMs: network.retryDelaysMs, silenceMs: network.silenceMs },
      fetch: url.startsWith(`${hub.url}/`) ? hub.fetch : network.plainFetch,
      accessRemedy: `${hub.accessRemedy} Terms: ${terms}`,
      onProgress: (doneBytes) => onProgress(place, doneBytes, known.bytes),
    });
    fetched.push(place);
  }
  return fetched;
}

/** What lies at a file's place: nothing, the published file byte for byte, or another one. */
export async function stateOf(
  { place, known }: FetchableFile,
  dataDir: string,
): Promise<'missing' | 'as-published' | 'different'> {
  const target = placeInFolder(dataDir, place);
  const found = await stat(target).catch(() => undefined);
  if (found === undefined) return 'missing';
  return found.size === known.bytes && (await isWhole(known, target)) ? 'as-published' : 'different';
}

function pinnedFile(
  place: string,
  { repository, revision, file, licence, terms }: Extract<AnnotationSource, { readonly kind: 'pinned' }>,
  github: string,
): FetchableFile {
  return {
    ...{ place, licence, terms },
    known: {
      ...{ repository, revision, path: file.path, bytes: file.bytes },
      checksum: { algorithm: 'git-blob', hex: file.blob },
    },
    url: [github, repository, revision, ...file.path.split('/').map(encodeURIComponent)].join('/'),
  };
}
