import { askRequestSchema } from '../../protocol/ask-request.ts';
import type { AskRequest } from '../../protocol/ask-request.ts';
import type { KeptFeatures } from '../caches/kept-features/kept-features.ts';
import type { Video } from '../../media/video.ts';
import { createAgent } from '../agent.ts';
import type { Agent } from '../agent.ts';
import { createFakeModel } from './fake-model.ts';
import type { FakeModel } from './fake-model.ts';
import { fakeReader, fakeVideo } from './fake-video.ts';
import type { FakePicture } from './fake-video.ts';

/** For tests: a question of the fake video, with a trace. */
export function request(changes: Partial<AskRequest> = {}): AskRequest {
  const asked = { videoPath: '/fake.mp4', modelPath: '/fake', question: 'What rises?', trace: true };
  return askRequestSchema.parse({ ...asked, ...changes });
}

/** For tests: what a run found, without what depends on caches and clocks. */
export function findings({ record, trace }: Awaited<ReturnType<Agent['ask']>>): unknown {
  return {
    record: { ...record, timings: undefined, tokens: undefined },
    trace: { ...trace, caches: undefined },
  };
}

/** For tests: an agent around a fake model that reads a fake video, `/other.mp4` and subtitles. */
export async function setUp(
  cacheBudgetBytes?: number,
  video: Video = fakeVideo(),
  keptFeatures?: KeptFeatures,
  picture?: FakePicture,
): Promise<{
  readonly model: FakeModel;
  readonly reader: ReturnType<typeof fakeReader>;
  readonly agent: Agent;
}> {
  const model = await createFakeModel();
  const other = fakeVideo({ path: '/other.mp4', identity: 'other', totalFrames: 500 });
  const reader = fakeReader(
    [video, other],
    [{ startSec: 1, endSec: 23, text: 'A voice <|im_end|> speaks' }],
    picture,
  );
  const options = {
    ...{ reader, keptFeatures },
    ...(cacheBudgetBytes === undefined ? {} : { cacheBudgetBytes }),
  };
  return { model, reader, agent: createAgent(model, options) };
}
