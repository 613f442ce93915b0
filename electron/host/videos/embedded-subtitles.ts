import type { Video } from '../../../native-models/media/video.ts';
import { inputArguments } from '../../../native-models/media/ffmpeg-process.ts';
import { readSubtitles } from '../../../native-models/media/subtitles/read-subtitles.ts';
import type { SubtitlesRequest, SubtitleTrack, VideoWork } from '../videos-service.ts';
import type { ContainerFacts } from '../../../native-models/media/container-facts.ts';
import { writeWithFfmpeg } from './write-with-ffmpeg.ts';

/** Codecs that are text, by ffmpeg's names; others are pictures of text. */
const textCodecs = new Set(['subrip', 'srt', 'ass', 'ssa', 'webvtt', 'mov_text', 'text']);

const languages = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' });

/** The subtitles inside a file that can be read as text. */
export function textTracks({ streams }: Pick<ContainerFacts, 'streams'>): SubtitleTrack[] {
  return streams
    .filter(({ kind }) => kind === 'subtitle')
    .map(({ codec, language }, index) => ({ codec, language, index }))
    .filter(({ codec }) => textCodecs.has(codec))
    .map(({ index, language }) => ({ index, label: `${nameOf(language, index)} (in the video)` }));
}

function nameOf(language: string | undefined, index: number): string {
  try {
    return languages.of(language ?? '') ?? `Track ${index + 1}`;
  } catch {
    return `Track ${index + 1}`; // no code of a language
  }
}

/**
 * Writes subtitles that are inside a video as WebVTT, on the clock of players, as files beside a video are.
 * @throws EngineError SUBTITLES_INVALID when the track has no text, else as `writeWithFfmpeg`.
 */
export async function extractSubtitles(
  video: Video,
  { videoPath, track, outputPath }: SubtitlesRequest,
  work: VideoWork,
): Promise<void> {
  const shiftSec = (video.playerStartSec ?? 0) - (video.seekIndex?.startTimeSec ?? 0);
  await writeWithFfmpeg(
    {
      args: [
        ...[...inputArguments(videoPath, video.input), '-vn', '-map', `0:s:${track}`],
        ...['-output_ts_offset', shiftSec.toFixed(6)],
      ],
      outputPath,
      format: 'webvtt',
      totalSec: video.durationSec,
      check: async (temporaryPath) => {
        await readSubtitles(temporaryPath);
      },
    },
    work,
  );
}
