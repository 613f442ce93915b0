import path from 'node:path';
import type { KnownVideo } from '../../../native-models/annotation-forms/found-moment.ts';
import { momentsByVideo } from '../../../native-models/annotation-forms/project/moments-by-video.ts';
import { readAnnotations } from '../../../native-models/annotation-forms/read-annotations.ts';
import type {
  ReadAnnotations,
  ReadOptions,
} from '../../../native-models/annotation-forms/read-annotations.ts';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { ExportFormat } from '../contract/exports.ts';
import type { LibraryVideo } from '../contract/library.ts';
import type { ProjectExport } from '../contract/project-export.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { ClipRequest, VideoWork } from '../videos-service.ts';
import { describeVideo } from '../videos/describe-video.ts';
import { makeFolder } from '../files/make-folder.ts';
import { clipsOf } from './clip-jobs.ts';
import { readBytes } from './import-annotations.ts';
import { writeExport } from './write-export.ts';

/** A file of annotations and the video that it is about, outside of any project. */
export interface AnnotationFileRequest extends Pick<ReadOptions, 'fps' | 'encoding' | 'delimiter'> {
  readonly filePath: string;
  readonly videoPath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a file holds, and the video by which it was read. */
export interface AnnotationFile {
  readonly read: ReadAnnotations;
  readonly video?: LibraryVideo;
}

/** @throws EngineError as `readAnnotations`; ANNOTATIONS_NOT_FOUND; as `describeVideo`. */
export async function readAnnotationFile(request: AnnotationFileRequest): Promise<AnnotationFile> {
  const { filePath, videoPath, signal, ...choices } = request;
  const bytes = await readBytes(filePath);
  const video = videoPath === undefined ? undefined : await libraryVideo(videoPath, signal);
  const known: readonly KnownVideo[] = video === undefined ? [] : [video];
  const read = readAnnotations(bytes, path.basename(filePath), {
    ...choices,
    videos: known,
    videoId: video?.id,
  });
  return { read, ...(video !== undefined && { video }) };
}

/** What `convertAnnotations` wrote. */
export interface ConvertedAnnotations extends AnnotationFile {
  /** The files, the first of them where it was asked for. */
  readonly files: readonly string[];
  readonly moments: number;
}

/** How a clip is cut. */
export type CutClip = (request: ClipRequest, work?: VideoWork) => Promise<void>;

/**
 * Reads a file of annotations and writes it in another form, as the app exports it.
 * @throws EngineError as `readAnnotationFile`; EXPORT_EMPTY where none of its moments is about the video;
 * OUTPUT_UNWRITABLE, DISK_FULL.
 */
export async function convertAnnotations(
  request: AnnotationFileRequest & { readonly videoPath: string },
  target: {
    readonly form: ExportFormat;
    readonly outputPath: string;
    readonly program: string;
    readonly cutClip: CutClip;
  },
): Promise<ConvertedAnnotations> {
  const { read, video } = await readAnnotationFile(request);
  if (video === undefined) throw new EngineError('VIDEO_NOT_FOUND', 'No video was given.');
  const content = projectOf(read, video, path.basename(request.filePath), target.program);
  if (content.annotations.length === 0) {
    throw new EngineError('EXPORT_EMPTY', `No moment of ${request.filePath} is about ${video.name}.`, {
      remedy: 'Give the video that the file is about with --video.',
    });
  }
  const { form, outputPath } = target;
  if (form === 'clips') {
    makeFolder(outputPath);
    const clips = clipsOf(outputPath, momentsByVideo(content));
    for (const clip of clips) await target.cutClip({ ...clip, mode: 'encode' }, { signal: request.signal });
    const files = clips.map((clip) => clip.outputPath);
    return { read, video, files, moments: content.annotations.length };
  }
  const written = writeExport(form, content);
  const files = written.files.map((_, part) => partPath(outputPath, part));
  for (const [part, { content: text }] of written.files.entries())
    await writeAtomically(files[part] ?? outputPath, text);
  return { read, video, files, moments: written.moments };
}

/** Where a form needs several files, the others are named after the first: `cuts.edl`, `cuts-2.edl`. */
function partPath(outputPath: string, part: number): string {
  if (part === 0) return outputPath;
  const { dir, name, ext } = path.parse(outputPath);
  return path.join(dir, `${name}-${part + 1}${ext}`);
}

async function libraryVideo(videoPath: string, signal: AbortSignal | undefined): Promise<LibraryVideo> {
  const described = await describeVideo(videoPath, { signal });
  const { durationSec, fps, totalFrames, width, height, timecode, startSec, streams } = described;
  return {
    ...{
      id: 'video',
      path: videoPath,
      name: path.basename(videoPath),
      bytes: 0,
      addedAtMs: 0,
      state: 'ready',
    },
    picture: {
      ...{ durationSec, fps, totalFrames, width, height, mediaStartSec: startSec },
      codec: streams.find(({ index }) => index === described.videoStream)?.codec ?? '',
      variableFrameRate: described.variableFrameRate,
      hasAudio: streams.some(({ kind }) => kind === 'audio'),
      ...(timecode !== undefined && { timecode }),
    },
    ...{ playback: 'unknown', subtitles: [] },
  };
}

/** The moments that are about a video, as a project of its own. */
function projectOf(
  read: ReadAnnotations,
  video: LibraryVideo,
  source: string,
  program: string,
): ProjectExport {
  const nowMs = Date.now();
  const moments = read.moments.filter(({ videoId }) => videoId === video.id);
  const names = [...new Set(moments.map(({ label }) => label.slice(0, 200)).filter((label) => label !== ''))];
  const labels = names.map((name, index) => ({ id: `label-${index + 1}`, name, color: index % 8 }));
  return {
    ...{ format: 'videomind-project', schemaVersion: 1, program, exportedAtMs: nowMs },
    project: {
      ...{
        id: 'project',
        name: video.name,
        createdAtMs: nowMs,
        labels,
        tracks: [],
        notes: '',
        videoIds: [video.id],
        videoStatus: {},
      },
      counts: { runs: 0, annotations: moments.length, reviewed: 0, conflicts: 0 },
    },
    videos: [video],
    runs: [],
    annotations: moments.map((moment, index) => {
      const { startSec, endSec, text, note, state, label, provenance } = moment;
      const labelId = labels.find(({ name }) => name === label.slice(0, 200))?.id;
      return {
        ...{
          id: `moment-${index + 1}`,
          projectId: 'project',
          videoId: video.id,
          startSec,
          endSec,
          text,
          note,
          state,
        },
        ...(labelId !== undefined && { labelId }),
        ...{ provenance: provenance ?? 'imported', source, createdAtMs: nowMs, updatedAtMs: nowMs },
      };
    }),
  };
}
