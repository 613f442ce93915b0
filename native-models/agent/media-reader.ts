import { ProbedVideos } from '../media/probed-videos.ts';
import { readFrames } from '../media/read-frames.ts';
import { readSubtitles } from '../media/subtitles/read-subtitles.ts';
import type { VideoReader } from './run.ts';

/** Reads videos and subtitles from files; a file that was asked about lately is not probed again. */
export function createMediaReader(): VideoReader {
  const probed = new ProbedVideos();
  return {
    probe: (videoPath, options) => probed.probe(videoPath, options),
    readFrames,
    readSubtitles,
  };
}
