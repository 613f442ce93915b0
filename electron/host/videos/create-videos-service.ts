import { identifyVideoContent } from '../../../native-models/media/file-identity.ts';
import type { Video } from '../../../native-models/media/video.ts';
import { probeVideo } from '../../../native-models/media/probe.ts';
import { lastFrameStartingBy } from '../../../native-models/media/timeline.ts';
import type { VideosService, VideoWork } from '../videos-service.ts';
import { cutClip } from './cut-clip.ts';
import { describeSubtitles } from './describe-subtitles.ts';
import { readSubtitleLines } from './web-subtitles.ts';
import { extractSubtitles } from './embedded-subtitles.ts';
import { KnownFacts } from './known-facts.ts';
import { KeptTables } from './kept-tables.ts';
import { makeProxy } from './make-proxy.ts';
import { OpenedVideos } from './opened-videos.ts';
import { probeForPeople } from './probe-for-people.ts';

/** The service, and the frame tables that thumbnails are cut by. */
export interface VideosServiceWithTables extends VideosService {
  /** @throws EngineError as `probe`. */
  readonly open: (videoPath: string, signal?: AbortSignal) => Promise<Video>;
  readonly facts: KnownFacts;
}

/**
 * All that the host does with the content of videos, over ffmpeg, with the frames and times that the model sees.
 * @param tablesPath where frame tables are kept from start to start; it costs only time when it is deleted.
 */
export function createVideosService(tablesPath?: string): VideosServiceWithTables {
  const tables = tablesPath === undefined ? undefined : new KeptTables(tablesPath);
  const chosen = new Map<string, number>();
  const opened = new OpenedVideos((videoPath) => {
    const options = { videoStream: chosen.get(videoPath) };
    return tables?.probe(videoPath, options) ?? probeVideo(videoPath, options);
  });
  const facts = new KnownFacts();
  const open = (videoPath: string, signal?: AbortSignal): Promise<Video> => opened.get(videoPath, signal);

  return {
    open,
    facts,
    contentId: identifyVideoContent,
    forget: (videoPath) => opened.forget(videoPath),
    chooseStream: (videoPath, videoStream) => {
      if (chosen.get(videoPath) === videoStream) return;
      if (videoStream === undefined) chosen.delete(videoPath);
      else chosen.set(videoPath, videoStream);
      opened.forget(videoPath);
    },
    probe: async (videoPath, work = {}) => {
      const videoStream = chosen.get(videoPath);
      const found = await probeForPeople({ open, facts }, videoPath, work);
      return videoStream === undefined ? found : { ...found, picture: { ...found.picture, videoStream } };
    },
    frameTimes: async (videoPath, range, work = {}) => {
      const { frameTimesSec } = await open(videoPath, work.signal);
      const first = lastFrameStartingBy(frameTimesSec, range.startSec);
      const last = Math.max(first, lastFrameStartingBy(frameTimesSec, range.endSec));
      return { firstFrameIndex: first, timesSec: Array.from(frameTimesSec.subarray(first, last + 1)) };
    },
    timesOfFrames: async (videoPath, frameIndices, work = {}) => {
      const { frameTimesSec, durationSec } = await open(videoPath, work.signal);
      return frameIndices.map((index) => frameTimesSec[index] ?? durationSec);
    },
    describeSubtitles,
    subtitleLines: readSubtitleLines,
    extractSubtitles: async (request, work = {}) =>
      extractSubtitles(await open(request.videoPath, work.signal), request, work),
    makeProxy: async (request, work: VideoWork = {}) => makeProxy(open, request, work),
    cutClip: async (request, work: VideoWork = {}) =>
      cutClip(await open(request.videoPath, work.signal), request, work),
  };
}
