import { meanRougeF1 } from './rouge.ts';
import { hasTaggedForm, rewardedAnswer } from './tagged-reply.ts';

/** Reward of one sampled reply, each part in [0, 1]. */
export interface VideoKrReward {
  readonly accuracy: number;
  readonly format: number;
  /** 0.9 · accuracy + 0.1 · format. */
  readonly total: number;
}

/**
 * VideoKR's training reward (fixtures/README.md, "VideoKR reward"). Answers are compared as written: "a" is not
 * "A", and a missing answer equals a missing truth.
 *
 * @param problemType `multiple choice` (exact equality) or `open-ended` (ROUGE); anything else has accuracy 0
 */
export function videoKrReward(reply: string, truth: string, problemType: string | undefined): VideoKrReward {
  const accuracy = rewardedAccuracy(rewardedAnswer(reply), rewardedAnswer(truth), problemType);
  const format = hasTaggedForm(reply) ? 1 : 0;
  return { accuracy, format, total: 0.9 * accuracy + 0.1 * format };
}

function rewardedAccuracy(given: string, wanted: string, problemType: string | undefined): number {
  if (problemType === 'multiple choice') return given === wanted ? 1 : 0;
  return problemType === 'open-ended' ? meanRougeF1(wanted, given) : 0;
}
