import type { LoadedModel } from '../../checkpoints/loaded-model.ts';
import type { ReasonerTrace } from '../../protocol/run-trace.ts';
import type { Reply } from '../generation/generate.ts';
import type { Bounds } from '../shown/spans.ts';
import { secondsPerPair } from './show-reasoner.ts';
import type { ReasonerShown } from './show-reasoner.ts';
import type { ReasonerClip } from './reasoner-clip.ts';

/** What a reasoner was shown and said. */
export function reasonerTrace(
  model: Pick<LoadedModel, 'family' | 'network'>,
  shown: ReasonerShown,
  span: Bounds | undefined,
  { outputIds, response }: Reply,
): ReasonerTrace {
  const { prompt, text, tokenIds, ropeDelta, clip } = shown;
  return {
    ...{ prompt, text, ropeDelta, response },
    inputIds: [...tokenIds],
    outputIds: [...outputIds],
    ...(clip === undefined ? {} : clipTrace(clip)),
    ...(span === undefined ? {} : { span: [span.startSec, span.endSec] }),
    ...(clip === undefined ? {} : timesTrace(model, shown, clip)),
  };
}

function clipTrace(clip: ReasonerClip): Partial<ReasonerTrace> {
  const { video, frameIndices, effectiveFps, readerSize = clip.size, size, grid } = clip;
  return {
    totalFrames: video.totalFrames,
    fps: video.fps,
    sampleFps: effectiveFps,
    frameIndices: [...frameIndices],
    frameSize: [readerSize.height, readerSize.width],
    fedSize: [size.height, size.width],
    gridTHW: [...grid],
  };
}

/** How the network was told when the frame pairs were. */
function timesTrace(
  { family, network }: Pick<LoadedModel, 'family' | 'network'>,
  shown: ReasonerShown,
  clip: ReasonerClip,
): Partial<ReasonerTrace> {
  switch (family.pairTimes) {
    case 'order':
      return {};
    case 'stamps':
      return { timestamps: [...clip.pairSec], timestampTexts: [...(clip.stamps ?? [])] };
    case 'positions': {
      const first = shown.tokenIds.indexOf(network.tokens.videoPad);
      const [pairs] = clip.grid;
      const positions = Array.from(
        { length: pairs },
        (_, pair) => shown.positions[first + pair * shown.tokensPerPair] ?? 0,
      );
      return {
        secondPerGrid: Math.fround(secondsPerPair(clip)),
        // Pairs whose times are cut to the same position stand there together.
        pairPositions: [...new Set(positions)],
      };
    }
  }
}
