import { fromFirstPicture } from '../../media/subtitles/clock.ts';
import { warningsOf } from '../../media/subtitles/read-subtitles.ts';
import type { Subtitle } from '../../media/subtitles/subtitle.ts';
import type { Video } from '../../media/video.ts';
import type { AskRequest } from '../../protocol/ask-request.ts';
import type { RunWarning } from '../../protocol/run-record.ts';
import type { VideoReader } from '../run.ts';

/** What is said in a video, on the clock of its frames. */
export interface Spoken {
  readonly subtitles: readonly Subtitle[];
  readonly warnings: readonly RunWarning[];
}

/**
 * Reads the subtitles that a question comes with. Their file is on a player's clock, while frames count from the first
 * picture: where that comes after the sound, subtitles move towards the beginning.
 * @throws EngineError SUBTITLES_INVALID, ARGUMENT_INVALID for an encoding that is not known.
 */
export async function readSpoken(
  reader: Pick<VideoReader, 'readSubtitles'>,
  { subtitlesPath, subtitlesEncoding }: Pick<AskRequest, 'subtitlesPath' | 'subtitlesEncoding'>,
  video: Pick<Video, 'playerStartSec'>,
): Promise<Spoken> {
  if (subtitlesPath === undefined) return { subtitles: [], warnings: [] };
  const file = await reader.readSubtitles(subtitlesPath, { encoding: subtitlesEncoding });
  return {
    subtitles: fromFirstPicture(file.cues, video.playerStartSec ?? 0),
    warnings: warningsOf(file, subtitlesPath),
  };
}
