import { zipSync } from 'fflate';
import {
  queryOf,
  writeActivityNet,
  writeQvhighlights,
} from '../../../native-models/annotation-forms/benchmark-forms/write-benchmark-forms.ts';
import { writeEdls } from '../../../native-models/annotation-forms/edits/write-edl.ts';
import { writeOtio } from '../../../native-models/annotation-forms/edits/write-otio.ts';
import { writeElan } from '../../../native-models/annotation-forms/elan/write-elan.ts';
import { writeLabelStudio } from '../../../native-models/annotation-forms/label-studio/write-label-studio.ts';
import { withoutExtension } from '../../../native-models/annotation-forms/match-videos.ts';
import { isPlaced, writeCvat } from '../../../native-models/annotation-forms/cvat/write-cvat.ts';
import { momentsByVideo } from '../../../native-models/annotation-forms/project/moments-by-video.ts';
import { writeSrt, writeVtt } from '../../../native-models/annotation-forms/subtitles/write-subtitles.ts';
import { writeMomentTable } from '../../../native-models/annotation-forms/table/write-moment-table.ts';
import type { VideoMoments } from '../../../native-models/annotation-forms/written-moment.ts';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { TextExportFormat } from '../contract/exports.ts';
import { exportExtensions } from '../contract/exports.ts';
import { safeFileName } from '../contract/file-names.ts';
import type { ProjectExport } from '../contract/project-export.ts';
import type { ExportFile, WrittenExport } from './export-file.ts';
import { distinctNames } from './export-file.ts';
import type { MomentPictures } from './write-html-report.ts';
import { writeHtmlReport } from './write-html-report.ts';

/** Formats that know one video a file: how each is written; what one file cannot hold, as several. */
const perVideo = {
  srt: (video: VideoMoments) => [writeSrt(video)],
  vtt: (video: VideoMoments) => [writeVtt(video)],
  elan: (video: VideoMoments, writtenAt: Date) => [writeElan(video, writtenAt)],
  edl: (video: VideoMoments) => writeEdls(video),
  cvat: (video: VideoMoments) => (video.moments.some(isPlaced) ? [writeCvat(video)] : []),
} as const;

/**
 * Writes a project's runs and annotations in a format; `content` holds what was chosen of it.
 * @param options `pictures` by the id of a moment (see `momentsByVideo`), for the report; `withFound`: also what questions found
 * and nobody kept.
 * @throws EngineError EXPORT_EMPTY when there is nothing to write.
 */
export function writeExport(
  format: TextExportFormat,
  content: ProjectExport,
  {
    pictures = new Map(),
    withFound = true,
  }: { readonly pictures?: MomentPictures | undefined; readonly withFound?: boolean } = {},
): WrittenExport {
  const withPlaces = format === 'cvat' || format === 'label-studio';
  const videos = momentsByVideo(content, { withFound, withPlaces });
  const moments = videos.reduce((sum, video) => sum + video.moments.length, 0);
  const complete = format === 'json' || format === 'html-report';
  if (moments === 0 && !(complete && content.runs.length > 0)) {
    throw new EngineError('EXPORT_EMPTY', 'There is nothing to export: no moment is marked or found.');
  }
  const without =
    complete || !withFound ? 0 : content.runs.filter((run) => run.record?.moment === undefined).length;
  const wordless =
    format === 'qvhighlights'
      ? videos.flatMap((video) => video.moments).filter((moment) => queryOf(moment) === '').length
      : 0;
  const placeless =
    format === 'cvat'
      ? videos.flatMap((video) => video.moments).filter((moment) => !isPlaced(moment)).length
      : 0;
  if (moments === placeless && format === 'cvat') {
    throw new EngineError(
      'EXPORT_EMPTY',
      'There is nothing to export for CVAT: no moment has a box or a point.',
      {
        remedy: 'Draw a box over the video, or ask a model that names boxes.',
      },
    );
  }
  return {
    files: filesOf(format, content, videos, pictures),
    moments: moments - wordless - placeless,
    leftOut: [
      { reason: 'questions without a moment', count: without },
      { reason: 'moments with neither words nor label', count: wordless },
      { reason: 'moments without a box or a point', count: placeless },
    ].filter(({ count }) => count > 0),
  };
}

/** The one file of an export, several of them zipped. */
export function singleFile(
  written: WrittenExport,
  projectName: string,
  format: TextExportFormat,
): ExportFile {
  const [first, ...others] = written.files;
  if (first !== undefined && others.length === 0) return first;
  const entries = written.files.map(({ name, content }) => [
    name,
    typeof content === 'string' ? new TextEncoder().encode(content) : content,
  ]);
  return {
    name: `${safeFileName(projectName)} ${format}.zip`,
    content: zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>),
  };
}

function filesOf(
  format: TextExportFormat,
  content: ProjectExport,
  videos: readonly VideoMoments[],
  pictures: MomentPictures,
): ExportFile[] {
  const extension = exportExtensions[format];
  const names = distinctNames(videos.map(({ video }) => safeFileName(withoutExtension(video.name))));
  // Forms that end alike are told apart, and what is of one video alone is named after it.
  const subject = videos.length === 1 && content.project.videoIds.length > 1 ? names[0] : undefined;
  const title = subject ?? safeFileName(content.project.name);
  const whole = (text: string, form = ''): ExportFile[] => [
    { name: `${title}${form === '' ? '' : ` ${form}`}.${extension}`, content: text },
  ];
  switch (format) {
    case 'json':
      return whole(`${JSON.stringify(content, undefined, 2)}\n`);
    case 'csv':
      return whole(writeMomentTable(videos));
    case 'qvhighlights':
      return whole(writeQvhighlights(videos), format);
    case 'activitynet':
      return whole(writeActivityNet(videos, names), format);
    case 'label-studio':
      return whole(writeLabelStudio(videos), format);
    case 'otio':
      return whole(writeOtio(content.project.name, videos));
    case 'html-report':
      return whole(writeHtmlReport(content, videos, pictures));
    case 'srt':
    case 'vtt':
    case 'elan':
    case 'edl':
    case 'cvat':
      return videos.flatMap((video, index) =>
        perVideo[format](video, new Date(content.exportedAtMs)).map((text, part) => ({
          name: `${names[index] ?? video.video.id}${part === 0 ? '' : ` part ${part + 1}`}.${extension}`,
          content: text,
        })),
      );
  }
}
