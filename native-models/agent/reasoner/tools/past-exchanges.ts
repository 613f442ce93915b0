import type { PromptedModel } from '../../../checkpoints/package-outline.ts';
import type { Video } from '../../../media/video.ts';
import type { Turn } from '../../../protocol/reasoner-request.ts';
import type { ToolCall } from '../../../protocol/run-record.ts';
import { readJson } from '../../../python-text/read-json.ts';
import type { Guard } from '../../prompts/untrusted-text.ts';
import { imagesOf, singleImage } from './image-clip.ts';
import type { ImageClip } from './image-clip.ts';
import type { ToolProtocol } from './read-protocol.ts';
import { singleFrameBudget } from './run-tool.ts';
import type { Exchange, ShownResult } from './tool-prompt.ts';

/** What earlier turns were shown with. */
export interface PastBench {
  readonly model: Pick<PromptedModel, 'family' | 'network'>;
  readonly video: Video;
  readonly protocol: ToolProtocol;
  readonly readerFactor: number;
}

/**
 * A question and all that was said and called upon it, as a conversation goes on from it: the same words and the same frames,
 * so that what was read of them is kept.
 */
export function pastExchanges(
  bench: PastBench,
  turn: Turn,
  clip: ImageClip | undefined,
  text: (guard: Guard) => string,
): Exchange[] {
  const replies = turn.turns ?? [{ response: turn.response, content: turn.response, calls: [] }];
  return [
    { by: 'user', clip, text },
    ...replies.map(({ response, content, calls }): Exchange => ({
      ...{ by: 'model', response, content },
      calls: calls.map((call) => ({
        name: call.name,
        arguments: readJson(call.arguments) ?? call.arguments,
      })),
      results: calls.map((call) => pastResult(bench, call)),
    })),
  ];
}

/** What a call gave: its frames are named in the record. A record of another video has none that this one lacks. */
function pastResult({ model, video, protocol, readerFactor }: PastBench, call: ToolCall): ShownResult {
  const indices = (call.frameIndices ?? []).filter((index) => index >= 0 && index < video.totalFrames);
  const [first] = indices;
  if (first === undefined) return { text: call.text };
  if (call.kind !== 'frame') {
    const clip = imagesOf(model, video, indices, { ...protocol.crop, factor: readerFactor });
    return { clip, text: call.text };
  }
  const [left = 0, top = 0, right = 1, bottom = 1] = call.region ?? [];
  const region = call.region === undefined ? undefined : { left, top, right, bottom };
  return { clip: singleImage(model, video, first, singleFrameBudget(protocol), region), text: call.text };
}
