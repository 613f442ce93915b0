import { ownInstructions, questionText } from '../../agent/reasoner/words.ts';
import { subtitleText } from '../../agent/prompts/subtitle-lines.ts';
import { readSpoken } from '../../agent/shown/spoken.ts';
import { chooseFrames } from '../../media/choose-frames.ts';
import { readerSize } from '../../media/clip-sizes.ts';
import { probeVideo } from '../../media/probe.ts';
import { readSubtitles } from '../../media/subtitles/read-subtitles.ts';
import { pngDataUrl } from '../../media/write-png.ts';
import { readFrames } from '../../media/read-frames.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { EvalPrompt, EvalPromptRequest } from '../../protocol/eval-chat.ts';
import { usualAnswererBudget } from '../benchmarks/settings.ts';

/** Sides of frames are multiples of this, as the readers of the field's models have them. */
const cellSide = 28;
const fewestFrames = 4;

/**
 * A sample as a chat for a model that is asked elsewhere: frames as the benchmark fixes them for whoever answers (rate, most frames,
 * largest area), then the question with its options and how to reply.
 *
 * @param videoPath what is shown, where that is not the sample's own video: its pictures as one
 * @throws EngineError QUESTION_EMPTY; what opening the video throws
 */
export async function promptOfSample(
  { sample, settings, subtitles, subtitlesEncoding, reasoner }: EvalPromptRequest,
  videoPath: string = sample.videoPath,
  signal?: AbortSignal,
): Promise<EvalPrompt> {
  const { options } = sample;
  const question = sample.question ?? sample.query;
  if (question === undefined) {
    throw new EngineError('QUESTION_EMPTY', `${sample.id} has neither a query nor a question.`);
  }
  const budget = settings.fixed?.answererBudget ?? usualAnswererBudget;
  const video = await probeVideo(videoPath, { signal });
  const maxFrames = reasoner?.maxFrames ?? budget.maxFrames;
  const { frameIndices } = chooseFrames(video, {
    sampleFps: reasoner?.fps ?? (sample.framePaths === undefined ? budget.fps : 1),
    minFrames: reasoner?.minFrames ?? Math.min(fewestFrames, maxFrames),
    maxFrames,
  });
  const cell = cellSide * cellSide;
  const maxPixels = reasoner?.maxPixels ?? budget.maxTokens * cell;
  const size = readerSize(video, {
    factor: cellSide,
    frames: frameIndices.length,
    minPixels: reasoner?.minPixels ?? Math.min(budget.minTokens * cell, maxPixels),
    maxPixels,
  });
  const frames: EvalPrompt['frames'] = [];
  for await (const { frameIndex, rgb } of readFrames(video, frameIndices, size, { signal })) {
    frames.push({ timeSec: frameIndex / video.fps, url: pngDataUrl(rgb, size) });
  }
  const style = {
    verbatim: reasoner?.verbatim ?? false,
    instructions: reasoner?.instructions ?? ownInstructions,
  };
  const durationSec = video.totalFrames / video.fps;
  const subtitlesPath = subtitles ? sample.subtitlesPath : undefined;
  const spoken = await readSpoken({ readSubtitles }, { subtitlesPath, subtitlesEncoding }, video);
  const heard = subtitleText(spoken.subtitles, { startSec: 0, endSec: durationSec }).text;
  return {
    frames,
    text: questionText({ question, options, subtitles: heard }, style, (text) => text),
    durationSec,
  };
}
