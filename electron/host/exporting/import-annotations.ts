import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { countedByReason } from '../../../native-models/annotation-forms/findings.ts';
import type { ReadMoment } from '../../../native-models/annotation-forms/found-moment.ts';
import {
  maxAnnotationBytes,
  readAnnotations,
} from '../../../native-models/annotation-forms/read-annotations.ts';
import type { ReadAnnotations } from '../../../native-models/annotation-forms/read-annotations.ts';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { AnnotationOperation } from '../contract/annotations.ts';
import type { AnnotationChoices, AnnotationImportResult, AnnotationPreview } from '../contract/exports.ts';
import type { Label, LibraryVideo, Project, Track } from '../contract/library.ts';
import { tellAnnotations } from '../annotations/annotation-handlers.ts';
import { required } from '../host-context.ts';
import type { HostContext } from '../host-context.ts';

const maxLabels = 200;
const labelColors = 8;
/** Moments of a preview that are shown. */
const previewedMoments = 200;

/** A file of annotations for a project, and what a person says of it. */
export interface ImportRequest {
  readonly projectId: string;
  readonly path: string;
  /** What it is about where it does not say. */
  readonly videoId?: string | undefined;
  readonly choices?: AnnotationChoices | undefined;
  /** The window that asks. */
  readonly windowId?: string | undefined;
}

/** What a file brings to a project. */
interface FileForProject {
  readonly project: Project;
  readonly source: string;
  readonly read: ReadAnnotations;
  readonly kept: readonly { readonly moment: ReadMoment; readonly video: LibraryVideo }[];
  readonly skipped: ReturnType<typeof countedByReason>;
}

/**
 * What a file would bring to a project; nothing is changed.
 * @throws EngineError NOT_FOUND, ANNOTATIONS_NOT_FOUND, ANNOTATIONS_INVALID, ARGUMENT_INVALID.
 */
export async function previewAnnotations(
  context: HostContext,
  asked: ImportRequest,
): Promise<AnnotationPreview> {
  const { read, kept, skipped, source } = await readForProject(context, asked);
  const { form, encoding, delimiter, countsFrames, labels, assumed } = read;
  return {
    ...{ source, form, encoding, countsFrames, skipped },
    ...(delimiter !== undefined && { delimiter }),
    labels: [...labels],
    assumed: [...assumed],
    total: kept.length,
    moments: kept.slice(0, previewedMoments).map(({ moment, video }) => {
      const { startSec, endSec, text, label } = moment;
      return { startSec, endSec, text, label, video: video.name };
    }),
  };
}

/**
 * Reads a file of annotations into a project, as one step of undo. What is about no video of the project, or not inside
 * it, is left out and counted.
 * @throws EngineError as `previewAnnotations`; ANNOTATIONS_INVALID too where nothing fits the project.
 */
export async function importAnnotations(
  context: HostContext,
  asked: ImportRequest,
): Promise<AnnotationImportResult> {
  const { store, newId, now } = context;
  const { project, source, read, kept, skipped } = await readForProject(context, asked);
  if (kept.length === 0) {
    const reasons = skipped.map(({ reason, count }) => `${count} ${reason}`).join(', ');
    throw new EngineError('ANNOTATIONS_INVALID', `No moment of ${source} fits this project: ${reasons}.`, {
      remedy: 'Open the video that the file is about, then import the file with that video chosen.',
    });
  }
  const { labelIds, added } = labelsFor(context, project, kept);
  const track = trackFor(context, project, source);
  const moments = kept.map(({ moment, video }): AnnotationOperation => {
    const labelId = labelIds.get(keyOf(moment.label));
    const { startSec, endSec, text, note, state, region } = moment;
    return {
      op: 'add',
      annotation: {
        ...{ id: newId(), videoId: video.id, startSec, endSec, text, note, state },
        ...(labelId === undefined ? {} : { labelId }),
        ...(region === undefined ? {} : { region }),
        ...{ provenance: 'imported', source, trackId: track.id },
      },
    };
  });
  const operations: AnnotationOperation[] = [
    ...added.map((label) => ({ op: 'addLabel' as const, label })),
    ...(project.tracks.includes(track) ? [] : [{ op: 'addTrack' as const, track }]),
    ...moments,
  ];
  const title = `Import ${source}`.slice(0, 200);
  const { annotator } = await store.call('readSettings');
  const step = { stepId: newId(), atMs: now(), author: annotator, windowId: asked.windowId };
  const change = { projectId: project.id, title, operations, ...step };
  await tellAnnotations(context, await store.call('changeAnnotations', change));
  return { added: kept.length, source, skipped, assumed: [...read.assumed] };
}

async function readForProject({ store }: HostContext, asked: ImportRequest): Promise<FileForProject> {
  const project = required(await store.call('findProject', { id: asked.projectId }), 'project');
  const source = path.basename(asked.path);
  const bytes = await readBytes(asked.path);
  const videos = (await store.call('listVideos')).filter(({ id }) => project.videoIds.includes(id));
  const { videoId, choices } = asked;
  const read = readAnnotations(bytes, source, { ...choices, videos, videoId });
  const left: { place: string; reason: string }[] = [];
  const kept = read.moments.flatMap((moment) => {
    const video = videos.find(({ id }) => id === moment.videoId);
    if (video !== undefined) return [{ moment, video }];
    left.push({ place: moment.video ?? moment.place, reason: 'about no video of this project' });
    return [];
  });
  return { project, source, read, kept, skipped: countedByReason([...read.skipped, ...left]) };
}

/** The reference track that a file is read into: its own, which it may have from before. */
function trackFor({ newId }: HostContext, { tracks }: Project, source: string): Track {
  const name = source.slice(0, 200) || 'Imported';
  const known = tracks.find(
    ({ kind, locked, origin }) =>
      kind === 'reference' && !locked && origin?.kind === 'file' && origin.name === source,
  );
  const shown = { kind: 'reference', hidden: false, locked: false } as const;
  return known ?? { id: newId(), name, ...shown, origin: { kind: 'file', name: source } };
}

/** Labels by name: the project's, and those that the file brings. */
function labelsFor(
  { newId }: HostContext,
  project: Project,
  kept: readonly { readonly moment: ReadMoment }[],
): { readonly labelIds: ReadonlyMap<string, string>; readonly added: readonly Label[] } {
  const labels: Label[] = [...project.labels];
  const byName = new Map(labels.map(({ name, id }) => [keyOf(name), id]));
  for (const { moment } of kept) {
    const name = moment.label.trim().slice(0, 200);
    if (name === '' || byName.has(keyOf(moment.label)) || labels.length >= maxLabels) continue;
    const label = { id: newId(), name, color: labels.length % labelColors };
    labels.push(label);
    byName.set(keyOf(moment.label), label.id);
  }
  return { labelIds: byName, added: labels.slice(project.labels.length) };
}

/** A file of annotations. @throws EngineError ANNOTATIONS_NOT_FOUND, ANNOTATIONS_INVALID for one that is too large. */
export async function readBytes(filePath: string): Promise<Uint8Array> {
  const found = path.isAbsolute(filePath) ? await stat(filePath).catch(() => undefined) : undefined;
  if (found?.isFile() !== true) {
    throw new EngineError('ANNOTATIONS_NOT_FOUND', `There is no file ${filePath}.`);
  }
  if (found.size > maxAnnotationBytes) {
    throw new EngineError('ANNOTATIONS_INVALID', `${filePath} is larger than 64 MiB.`, {
      remedy: 'Import it in parts.',
    });
  }
  return await readFile(filePath);
}

function keyOf(label: string): string {
  return label.trim().toLowerCase();
}
