import type { FamilyTraits } from '../../architectures/vision-language-model.ts';
import type { ReasonerSettings } from '../../checkpoints/manifest.ts';
import type { Video } from '../../media/video.ts';
import { createAgent } from '../agent.ts';
import type { Agent } from '../agent.ts';
import { createFakeModel } from './fake-model.ts';
import type { FakeModel } from './fake-model.ts';
import { fakeReader, fakeVideo } from './fake-video.ts';

const settings: ReasonerSettings = {
  fps: 2,
  minFrames: 4,
  maxFrames: 16,
  minPixels: 28,
  maxPixels: 25_088,
  readerPatchSize: 14,
  maxNewTokens: 400,
  maxContextTokens: 4096,
  temperature: 0.1,
  topP: 0.001,
};

/** For tests: a fake model that reasons aloud, saying `reply` to everything. */
export async function fakeReasoner(
  reply: string,
  pairTimes: FamilyTraits['pairTimes'] = 'stamps',
): Promise<FakeModel & { readonly reasoner: ReasonerSettings }> {
  const base = await createFakeModel();
  base.replies.answerer = reply;
  return { ...base, reasoner: settings, family: { ...base.family, pairTimes } };
}

/**
 * For tests: an agent around a fake model that reasons aloud, saying `reply` to everything, a fake VideoMind agent for it, and
 * the reader of the fake video (24 s at 25 frames a second) that both share.
 */
export async function setUpReasoner(
  reply: string,
  pairTimes: FamilyTraits['pairTimes'] = 'stamps',
  video: Video = fakeVideo(),
): Promise<{
  readonly agent: Agent;
  readonly model: FakeModel;
  readonly videoMind: Agent;
  readonly reader: ReturnType<typeof fakeReader>;
}> {
  const model = await fakeReasoner(reply, pairTimes);
  const reader = fakeReader([video], [{ startSec: 1, endSec: 3, text: 'A voice' }]);
  return {
    agent: createAgent(model, { reader }),
    model,
    videoMind: createAgent(await createFakeModel(), { reader }),
    reader,
  };
}
