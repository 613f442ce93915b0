import { probeVideo } from '../media/probe.ts';
import { readFrames } from '../media/read-frames.ts';
import { readSubtitles } from '../media/subtitles.ts';
import type { VideoReader } from './run.ts';

/** Reads videos and subtitles from files. */
export const mediaReader: VideoReader = { probe: probeVideo, readFrames, readSubtitles };
