import { open as openFile, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import { openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { EngineError, toEngineError } from '../../../native-models/protocol/errors.ts';
import { annotationSchema } from '../contract/annotations.ts';
import { projectExportSchema } from '../contract/project-export.ts';
import { conflictSchema } from '../contract/project-files.ts';
import { runSchema, storedRunEventSchema } from '../contract/runs.ts';
import type { EventsOfRun, WholeProject } from '../store/tables/whole-projects.ts';
import { fileHeadSchema, partNames, stepSchema } from './project-file-form.ts';
import type { FileVideo } from './project-file-form.ts';

/** A project's file that is open; `close` it. */
export interface OpenProjectFile {
  readonly whole: WholeProject;
  readonly videos: readonly FileVideo[];
  readonly events: readonly EventsOfRun[];
  /** Runs with a trace. */
  readonly tracedRunIds: readonly string[];
  readTrace(runId: string): Promise<Uint8Array>;
  readSubtitles(id: string): Promise<Uint8Array>;
  close(): void;
}

/** More is no project of ours: it is refused before it is read. */
const limits = {
  fileBytes: 4 * 1024 ** 3,
  jsonBytes: 512 * 1024 ** 2,
  entries: 500_000,
  /** Of all text together. */
  textBytes: 2 * 1024 ** 3,
  /** Of one packed trace, or one file of subtitles. */
  partBytes: 512 * 1024 ** 2,
} as const;

/** What an entry may be called. */
const knownNames =
  /^(project\.json|(annotations|runs|history|conflicts)\.jsonl|events\/[\w-]{1,64}\.jsonl|traces\/[\w-]{1,64}\.json\.gz|subtitles\/[\w-]{1,64})$/;

/**
 * Opens a project's file, or a project that was exported as JSON, and reads what it says. Every line is checked; nothing of it is
 * written anywhere.
 * @throws EngineError PROJECT_FILE_INVALID
 */
export async function openProjectFile(filePath: string): Promise<OpenProjectFile> {
  const name = path.basename(filePath);
  const found = await stat(filePath).catch((cause: unknown) => {
    throw invalid(`There is no file ${filePath}.`, cause, 'Check the path of the file.');
  });
  if (!found.isFile()) throw invalid(`${filePath} is no file.`, undefined, 'Check the path of the file.');
  if (found.size > limits.fileBytes) throw invalid(`${name} is larger than any project’s file.`);
  if (!(await isZip(filePath))) return await readJsonProject(filePath, found.size);
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(filePath, { lazyEntries: true, decodeStrings: true, autoClose: false });
    const opened = await readZip(zip, name);
    requireConsistent(opened, name);
    return opened;
  } catch (error) {
    zip?.close();
    const known = toEngineError(error);
    throw known.code === 'INTERNAL'
      ? invalid(`${name} cannot be unpacked (${known.message}).`, error)
      : known;
  }
}

async function isZip(filePath: string): Promise<boolean> {
  await using file = await openFile(filePath, 'r');
  const start = Buffer.alloc(2);
  await file.read(start, 0, 2, 0);
  return start.toString('latin1') === 'PK';
}

async function readZip(zip: ZipFile, name: string): Promise<OpenProjectFile> {
  const entries = new Map<string, Entry>();
  let textBytes = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName, uncompressedSize } = entry;
    const shown = fileName.slice(0, 100);
    if (!knownNames.test(fileName)) throw invalid(`${name} holds ${shown}, which no project’s file does.`);
    if (entries.has(fileName)) throw invalid(`${name} holds ${shown} twice.`);
    const isPart = /^(traces|subtitles)\//.test(fileName);
    if (!isPart) textBytes += uncompressedSize;
    if (
      entries.size >= limits.entries ||
      textBytes > limits.textBytes ||
      (isPart && uncompressedSize > limits.partBytes)
    )
      throw invalid(`${name} holds more than any project’s file.`);
    entries.set(fileName, entry);
  }

  const read = async (entryName: string): Promise<Buffer> => {
    const entry = entries.get(entryName);
    if (entry === undefined) throw invalid(`${name} lacks ${entryName}.`);
    const pieces: Buffer[] = [];
    for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  };
  const lines = async <Line>(entryName: string, schema: z.ZodType<Line>): Promise<Line[]> => {
    const entry = entries.get(entryName);
    if (entry === undefined) return [];
    const result: Line[] = [];
    const input = await zip.openReadStreamPromise(entry);
    // A stream that fails does not end its lines.
    const failed = new Promise<never>((_resolve, reject) => input.once('error', reject));
    const all = (async () => {
      for await (const line of createInterface({ input, crlfDelay: Infinity })) {
        if (line === '') continue;
        result.push(
          checked(
            schema,
            parsed(line, `${name}, ${entryName}`),
            `${name}, ${entryName}, line ${result.length + 1}`,
          ),
        );
      }
      return result;
    })();
    return await Promise.race([all, failed]);
  };
  const head = checked(
    fileHeadSchema,
    parsed((await read(partNames.head)).toString('utf8'), `${name}, ${partNames.head}`),
    `${name}, ${partNames.head}`,
  );
  const runs = await lines(partNames.runs, runSchema);
  const events: EventsOfRun[] = [];
  for (const { id } of runs) {
    events.push({ runId: id, events: await lines(partNames.events(id), storedRunEventSchema) });
  }
  return {
    whole: {
      ...{ project: head.project, labels: head.labels, tracks: head.tracks, runs },
      videoStatus: Object.fromEntries(
        head.videos.flatMap(({ id, status }) => (status === undefined ? [] : [[id, status] as const])),
      ),
      annotations: await lines(partNames.annotations, annotationSchema),
      steps: await lines(partNames.history, stepSchema),
      conflicts: await lines(partNames.conflicts, conflictSchema),
    },
    ...{ videos: head.videos, events },
    tracedRunIds: runs.map(({ id }) => id).filter((id) => entries.has(partNames.trace(id))),
    readTrace: (runId) => read(partNames.trace(runId)),
    readSubtitles: (id) => read(partNames.subtitles(id)),
    close: () => zip.close(),
  };
}

/** What the `json` export wrote: without events, traces and history. */
async function readJsonProject(filePath: string, bytes: number): Promise<OpenProjectFile> {
  const name = path.basename(filePath);
  if (bytes > limits.jsonBytes) throw invalid(`${name} is larger than any exported project.`);
  const value = checked(projectExportSchema, parsed(await readFile(filePath, 'utf8'), name), name);
  // An older program left out what has come since.
  const content = projectExportSchema.parse(value);
  const { project, videos, runs, annotations } = content;
  const { id, name: title, createdAtMs, notes, labels, tracks, videoStatus } = project;
  const opened: OpenProjectFile = {
    whole: {
      project: { id, name: title, createdAtMs, notes },
      ...{ labels, tracks, videoStatus, annotations, runs, steps: [], conflicts: [] },
    },
    videos: videos.map(({ picture, subtitles, ...video }) => ({
      ...{ id: video.id, name: video.name, bytes: video.bytes, path: video.path },
      ...(video.contentId !== undefined && { contentId: video.contentId }),
      ...(picture !== undefined && { picture }),
      subtitles: subtitles.map(({ id: subtitlesId, label }) => ({ id: subtitlesId, label, isHeld: false })),
    })),
    ...{ events: [], tracedRunIds: [] },
    readTrace: () => Promise.reject(invalid(`${name} holds no traces.`)),
    readSubtitles: () => Promise.reject(invalid(`${name} holds no subtitles.`)),
    close: () => undefined,
  };
  requireConsistent(opened, name);
  return opened;
}

/** What is named must be there, and nothing twice: a database would refuse it, or lose one of two. */
function requireConsistent({ whole, videos, events }: OpenProjectFile, name: string): void {
  const { project, labels, tracks, annotations, runs, steps, conflicts } = whole;
  const lists = { videos, labels, tracks, annotations, runs, steps, conflicts };
  for (const [kind, items] of Object.entries(lists)) {
    const ids = new Set(items.map(({ id }) => id));
    if (ids.size < items.length) throw invalid(`${name} has two ${kind} of one id.`);
  }
  const known = new Set(videos.map(({ id }) => id));
  const isOf = (item: { readonly projectId: string; readonly videoId: string }): boolean =>
    item.projectId === project.id && known.has(item.videoId);
  const stray = annotations.find((each) => !isOf(each)) ?? runs.find(({ question }) => !isOf(question));
  if (stray !== undefined) throw invalid(`${name} has ${stray.id}, which is about none of its videos.`);
  const backwards = annotations.find(({ startSec, endSec }) => endSec < startSec);
  if (backwards !== undefined) throw invalid(`${name} has ${backwards.id}, which ends before it starts.`);
  const strange = steps
    .flatMap(({ changes }) => changes)
    .find((image) =>
      [image.before, image.after].some(
        (row) =>
          row !== null &&
          (row.id !== image.id ||
            (image.kind === undefined && 'projectId' in row && row.projectId !== project.id)),
      ),
    );
  if (strange !== undefined)
    throw invalid(`${name} has a step about ${strange.id}, which is something else.`);
  for (const { runId, events: list } of events) {
    if (list.some(({ seq }, index) => seq !== index))
      throw invalid(`${name} has events of ${runId} out of order.`);
  }
}

function parsed(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(`${place} is not JSON.`, cause);
  }
}

/**
 * The value as it stands, when it is what it should be: what a schema makes of it may have its fields in another order, and
 * a file that goes there and back has to stay the same.
 */
function checked<Value>(schema: z.ZodType<Value>, value: unknown, place: string): Value {
  const result = schema.safeParse(value);
  if (result.success) return value as Value;
  const newer =
    typeof value === 'object' &&
    value !== null &&
    'schemaVersion' in value &&
    Number(value.schemaVersion) > 1;
  const [issue] = result.error.issues;
  const what = issue === undefined ? '' : `: ${issue.path.join('.')} ${issue.message}`;
  throw invalid(
    `${place} is not what a project’s file holds${what}`.slice(0, 500),
    result.error,
    newer ? 'It was written by a newer version of the program; install that version.' : undefined,
  );
}

function invalid(message: string, cause?: unknown, remedy?: string): EngineError {
  return new EngineError('PROJECT_FILE_INVALID', message, {
    ...(cause === undefined ? {} : { cause }),
    ...(remedy === undefined ? {} : { remedy }),
  });
}
