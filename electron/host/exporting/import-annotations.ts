import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { AnnotationOperation } from '../contract/annotations.ts';
import type { AnnotationImportResult } from '../contract/exports.ts';
import type { Label, LibraryVideo, Project } from '../contract/library.ts';
import type { ImportedMoment } from '../exports/imported-moment.ts';
import { readAnnotations } from '../exports/read-annotations.ts';
import { tellAnnotations } from '../annotations/annotation-handlers.ts';
import { required } from '../host-context.ts';
import type { HostContext } from '../host-context.ts';
import { videoMatcher } from './match-videos.ts';

/** Larger files are refused before they are read. */
const maxBytes = 64 * 1024 * 1024;
const maxLabels = 200;
const labelColors = 8;

/**
 * Reads a file of annotations into a project, as one step of undo. What is about no video of the project, or not inside
 * it, is left out and counted.
 * @throws EngineError NOT_FOUND, ANNOTATIONS_NOT_FOUND, ANNOTATIONS_INVALID.
 */
export async function importAnnotations(
  context: HostContext,
  asked: { readonly projectId: string; readonly path: string; readonly videoId?: string | undefined },
): Promise<AnnotationImportResult> {
  const { store, newId, now } = context;
  const project = required(await store.call('findProject', { id: asked.projectId }), 'project');
  const source = path.basename(asked.path);
  const read = readAnnotations(await readText(asked.path), source);
  const videos = (await store.call('listVideos')).filter(({ id }) => project.videoIds.includes(id));
  const videoOf = videoMatcher(videos, read.moments, asked.videoId);
  const left = new LeftOut();
  const kept: { readonly moment: ImportedMoment; readonly video: LibraryVideo }[] = [];
  for (const [index, moment] of read.moments.entries()) {
    const video = videoOf(moment);
    const place = moment.video ?? `moment ${index + 1}`;
    if (video === undefined) left.count(place, 'about no video of this project');
    else if (!isInside(moment, video)) left.count(place, 'not inside the video');
    else kept.push({ moment, video });
  }
  const skipped = [...read.skipped, ...left.kinds()].map((kind) => ({
    ...kind,
    examples: [...kind.examples],
  }));
  if (kept.length === 0) {
    const reasons = skipped.map(({ reason, count }) => `${count} ${reason}`).join(', ');
    throw new EngineError('ANNOTATIONS_INVALID', `No moment of ${source} fits this project: ${reasons}.`, {
      remedy: 'Open the video that the file is about, then import the file with that video chosen.',
    });
  }
  const labels = await labelsFor(context, project, kept);
  const operations = kept.map(({ moment, video }): AnnotationOperation => {
    const labelId = labels.get(keyOf(moment.label));
    const { startSec, endSec, text, note, state } = moment;
    return {
      op: 'add',
      annotation: {
        ...{ id: newId(), videoId: video.id, startSec, endSec, text, note, state },
        ...(labelId === undefined ? {} : { labelId }),
        ...{ provenance: 'imported', source },
      },
    };
  });
  const change = { projectId: project.id, title: `Import ${source}`.slice(0, 200), operations, atMs: now() };
  await tellAnnotations(context, await store.call('changeAnnotations', change));
  return { added: kept.length, source, skipped };
}

/** Moments that are left out, by reason, with the first places of each. */
class LeftOut {
  readonly #kinds = new Map<string, { reason: string; count: number; examples: string[] }>();

  count(place: string, reason: string): void {
    const kind = this.#kinds.get(reason) ?? { reason, count: 0, examples: [] };
    kind.count++;
    if (kind.examples.length < 5) kind.examples.push(place);
    this.#kinds.set(reason, kind);
  }

  kinds(): { reason: string; count: number; examples: string[] }[] {
    return [...this.#kinds.values()];
  }
}

/** The project's labels by name, with those that the file brings. */
async function labelsFor(
  { store, newId }: HostContext,
  project: Project,
  kept: readonly { readonly moment: ImportedMoment }[],
): Promise<ReadonlyMap<string, string>> {
  const labels: Label[] = [...project.labels];
  const byName = new Map(labels.map(({ name, id }) => [keyOf(name), id]));
  for (const { moment } of kept) {
    const name = moment.label.trim().slice(0, 200);
    if (name === '' || byName.has(keyOf(moment.label)) || labels.length >= maxLabels) continue;
    const label = { id: newId(), name, color: labels.length % labelColors };
    labels.push(label);
    byName.set(keyOf(moment.label), label.id);
  }
  if (labels.length > project.labels.length) await store.call('changeProject', { id: project.id, labels });
  return byName;
}

async function readText(filePath: string): Promise<string> {
  const found = path.isAbsolute(filePath) ? await stat(filePath).catch(() => undefined) : undefined;
  if (found?.isFile() !== true) {
    throw new EngineError('ANNOTATIONS_NOT_FOUND', `There is no file ${filePath}.`);
  }
  if (found.size > maxBytes) {
    throw new EngineError('ANNOTATIONS_INVALID', `${filePath} is larger than 64 MiB.`, {
      remedy: 'Import it in parts.',
    });
  }
  return await readFile(filePath, 'utf8');
}

/** To a frame: other programs round. */
function isInside({ endSec }: ImportedMoment, { picture }: LibraryVideo): boolean {
  return picture === undefined || endSec <= picture.durationSec + 1 / picture.fps;
}

function keyOf(label: string): string {
  return label.trim().toLowerCase();
}
