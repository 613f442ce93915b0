import { readSubtitles } from '../../../native-models/media/subtitles/read-subtitles.ts';
import type { SubtitlesFile } from '../../../native-models/media/subtitles/read-subtitles.ts';

/** What a file of subtitles holds, as the command line tells it (command-line contract, `subtitles`). */
export type SubtitlesDescription = Pick<
  SubtitlesFile,
  'form' | 'encoding' | 'encodingCertain' | 'cues' | 'skipped' | 'warnings'
>;

/**
 * Reads a file of subtitles as the app and the model do.
 * @throws EngineError as `readSubtitles`.
 */
export async function describeSubtitles(filePath: string, encoding?: string): Promise<SubtitlesDescription> {
  const {
    form,
    encoding: used,
    encodingCertain,
    cues,
    skipped,
    warnings,
  } = await readSubtitles(filePath, {
    encoding,
  });
  return { form, encoding: used, encodingCertain, cues, skipped, warnings };
}
