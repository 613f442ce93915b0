import { access, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeRows } from '../../../native-models/annotation-forms/table/write-rows.ts';
import { momentsByVideo } from '../../../native-models/annotation-forms/project/moments-by-video.ts';
import type { VideoMoments } from '../../../native-models/annotation-forms/written-moment.ts';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { Handlers } from '../../../native-models/protocol/server.ts';
import type { ExportRequest, ExportResult } from '../contract/exports.ts';
import type { HostMethods } from '../contract/methods.ts';
import { safeFileName } from '../contract/file-names.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { HostContext } from '../host-context.ts';
import type { ClipJobs } from './clip-jobs.ts';
import type { ExportFile, WrittenExport } from './export-file.ts';
import { importAnnotations, previewAnnotations } from './import-annotations.ts';
import { takePictures } from './report-pictures.ts';
import type { PictureAt } from './report-pictures.ts';
import { chosenContent } from './project-content.ts';
import { singleFile, writeExport } from './write-export.ts';

/** What the handlers of exports work with. */
export interface ExportParts {
  readonly context: HostContext;
  readonly clips: ClipJobs;
  /** For reports; absent: reports without pictures. */
  readonly pictureAt?: PictureAt | undefined;
  /** Name and version of the program, for what is written. */
  readonly program: string;
}

/** Writing runs and annotations into files, and reading annotations from them. */
export function exportHandlers(
  parts: ExportParts,
): Pick<Handlers<HostMethods>, 'exportsWrite' | 'tablesWrite' | 'annotationsImport' | 'annotationsPreview'> {
  const { context, clips, program } = parts;
  const { store, folders, newId, now } = context;

  return {
    annotationsPreview: (asked) => previewAnnotations(context, asked),
    annotationsImport: (asked) => importAnnotations(context, asked),

    exportsWrite: async (request, { signal, report }) => {
      requireAbsolute(request.outputPath);
      const content = await chosenContent(context, request, program);
      const id = newId();
      if (request.format === 'clips') {
        const videos = momentsByVideo(content, { withFound: request.withFound });
        // The folder's name is what people see of the job.
        const name = `${safeFileName(content.project.name)} clips`;
        return await startClips(request, videos, request.outputPath ?? path.join(folders.exports, id, name));
      }
      const pictures =
        request.format === 'html-report' && parts.pictureAt !== undefined
          ? await takePictures(momentsByVideo(content, { withFound: request.withFound }), parts.pictureAt, {
              signal,
              onProgress: report,
            })
          : undefined;
      const written = writeExport(request.format, content, { pictures, withFound: request.withFound });
      const file = singleFile(written, content.project.name, request.format);
      const outputPath =
        request.outputPath === undefined
          ? undefined
          : await chosenPath(request.outputPath, written.files.length > 1);
      return await keep(request, { ...file, id }, outputPath, written);
    },

    tablesWrite: async ({ projectId, name, columns, rows, outputPath }) => {
      requireAbsolute(outputPath);
      const file = { id: newId(), name: `${safeFileName(name)}.csv`, content: writeRows(columns, rows) };
      return keep({ projectId, format: 'csv' }, file, outputPath, { moments: rows.length, leftOut: [] });
    },
  };

  /** Writes a file where a person said, or where the media route serves it from, and remembers it. */
  async function keep(
    { projectId, format }: Pick<ExportRequest, 'projectId' | 'format'>,
    file: ExportFile & { readonly id: string },
    chosen: string | undefined,
    { moments, leftOut }: Pick<WrittenExport, 'moments' | 'leftOut'>,
  ): Promise<ExportResult> {
    const { id, content } = file;
    const outputPath = chosen ?? path.join(folders.exports, id, file.name);
    const fileName = path.basename(outputPath);
    if (chosen === undefined) await mkdir(path.dirname(outputPath), { recursive: true });
    await writeAtomically(outputPath, content);
    const bytes = Buffer.byteLength(content);
    const kept = { id, projectId, format, path: outputPath, fileName, moments, bytes, createdAtMs: now() };
    await store.call('addExport', kept);
    return {
      ...{ path: outputPath, fileName, moments, bytes, leftOut: [...leftOut] },
      ...(chosen === undefined ? { mediaPath: `export/${id}/${encodeURIComponent(fileName)}` } : {}),
    };
  }

  async function startClips(
    request: ExportRequest,
    videos: readonly VideoMoments[],
    folder: string,
  ): Promise<ExportResult> {
    const moments = videos.reduce((sum, video) => sum + video.moments.length, 0);
    if (moments === 0) {
      throw new EngineError('EXPORT_EMPTY', 'There is nothing to export: no moment is marked or found.');
    }
    const job = await clips.start(folder, videos, {
      mode: request.clipMode,
      fetchedOf: request.outputPath === undefined ? request.projectId : undefined,
    });
    const fileName = safeFileName(path.basename(folder));
    return { path: folder, fileName, moments, bytes: 0, jobId: job.id, leftOut: [] };
  }
}

function requireAbsolute(outputPath: string | undefined): void {
  if (outputPath === undefined || path.isAbsolute(outputPath)) return;
  throw new EngineError('ARGUMENT_INVALID', `"${outputPath}" is not an absolute path.`);
}

/**
 * Where a person's file goes: several files are one zip, which is named so and replaces nothing that nobody was asked about.
 * @throws EngineError OUTPUT_EXISTS
 */
async function chosenPath(outputPath: string, severalFiles: boolean): Promise<string> {
  if (!severalFiles || outputPath.toLowerCase().endsWith('.zip')) return outputPath;
  const zipPath = `${outputPath}.zip`;
  const exists = await access(zipPath).then(
    () => true,
    () => false,
  );
  if (!exists) return zipPath;
  throw new EngineError(
    'OUTPUT_EXISTS',
    `${zipPath} is there already; the export has several files, zipped.`,
    {
      remedy: 'Choose another name.',
    },
  );
}
