import { askRequestSchema } from '../../protocol/ask-request.ts';
import type { AskRequest } from '../../protocol/ask-request.ts';
import { reasonerRequestSchema } from '../../protocol/reasoner-request.ts';
import type { ReasonerRequest } from '../../protocol/reasoner-request.ts';
import type { ReasonerTrace, RunTrace } from '../../protocol/run-trace.ts';
import type { Agent } from '../agent.ts';
import { replyTrace } from './traces.ts';
import { reasonerPackFacts, reasonerPackPath } from './reasoner-pack.ts';
import type { ExpectedReply, ReasonerPackName } from './reasoner-pack.ts';

/** Replies of the packs were made with as many new tokens at most. */
const maxTokens = 64;

/** Asks as the reference was asked: its prompt as it is, with the pack's budget where the ask has none of its own. */
export async function askAs(
  agent: Agent,
  pack: ReasonerPackName,
  { ask, prompt }: ExpectedReply,
  {
    onTransfer,
    sampling = {},
    ...changes
  }: Partial<ReasonerRequest> & {
    readonly sampling?: Partial<Pick<AskRequest, 'temperature' | 'seed'>>;
    /** Told what crossed the bus. */
    readonly onTransfer?: (transfer: NonNullable<RunTrace['transfer']>) => void;
  } = {},
): Promise<ReasonerTrace> {
  const { budget } = reasonerPackFacts(pack);
  const { fps, maxFrames, minPixels, maxPixels, imagePatchSize } = { ...budget, ...ask };
  const request: AskRequest = askRequestSchema.parse({
    videoPath: reasonerPackPath(pack, `videos/${ask.video ?? ''}`),
    // A name for the record: the model is loaded already.
    modelPath: reasonerPackPath(pack),
    question: prompt,
    maxTokens,
    trace: true,
    ...sampling,
    reasoner: reasonerRequestSchema.parse({
      ...{ verbatim: true, fps, maxFrames, minPixels, maxPixels },
      ...(imagePatchSize === undefined ? {} : { readerPatchSize: imagePatchSize }),
      ...changes,
    }),
  });
  if (ask.video === null) return (await agent.askWithoutVideo(request)).trace;
  const { trace } = await agent.ask(request);
  if (trace?.transfer !== undefined) onTransfer?.(trace.transfer);
  return replyTrace(trace);
}

/** The fields of the trace that the reference gives, without what depends on the ask's own options. */
export function comparable(trace: ReasonerTrace): Partial<ReasonerTrace> {
  const { prompt, text, inputIds, ropeDelta, totalFrames, fps, sampleFps, frameIndices } = trace;
  const { frameSize, fedSize, gridTHW, secondPerGrid, pairPositions, timestamps, timestampTexts } = trace;
  const { outputIds, response } = trace;
  return JSON.parse(
    JSON.stringify({
      ...{ prompt, text, inputIds, ropeDelta, totalFrames, fps, sampleFps, frameIndices },
      ...{ frameSize, fedSize, gridTHW, secondPerGrid, pairPositions, timestamps, timestampTexts },
      ...{ outputIds, response },
    }),
  ) as Partial<ReasonerTrace>;
}

/** What a reply puts between its answer marks. */
export function answerOf(response: string): string | undefined {
  return /<answer>(.*?)<\/answer>/su.exec(response)?.[1];
}
