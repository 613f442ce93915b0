import type { RunTrace } from '../../../native-models/protocol/run-trace.ts';
import type { HostResult } from '../contract/methods.ts';

/** Presentation times of frames, by their index. */
export type TimesOfFrames = (frameIndices: readonly number[]) => Promise<number[]>;

/**
 * What each role saw: the times of its frames, each once, ascending; and the grounder's saliency. Of the class scores only
 * the finest level is a curve over the video: one value per frame pair, which stands at the middle of its two frames.
 */
export async function framesSeen(
  trace: RunTrace,
  timesOfFrames: TimesOfFrames,
): Promise<HostResult<'runsSeen'>> {
  const shown: Record<string, readonly number[]> = {};
  for (const role of ['planner', 'grounder', 'answerer', 'reasoner'] as const) {
    const indices = trace[role]?.frameIndices;
    if (indices !== undefined) shown[role] = indices;
  }
  if (trace.verifier !== undefined) {
    shown['verifier'] = trace.verifier.candidates.flatMap((candidate) => candidate.frameIndices);
  }
  const frameTimesSec: Record<string, number[]> = {};
  for (const [role, indices] of Object.entries(shown)) {
    frameTimesSec[role] = await timesOfFrames([...new Set(indices)].sort((one, other) => one - other));
  }
  const saliency = trace.grounder && (await saliencyCurve(trace.grounder, timesOfFrames));
  return { frameTimesSec, prompts: promptsOf(trace), ...(saliency ? { saliency } : {}) };
}

/** What each role was asked, in the order in which it was. */
function promptsOf(trace: RunTrace): Record<string, string[]> {
  const { planner, grounder, verifier, answerer, reasoner, reasonerOnMoment } = trace;
  const asked = {
    planner: [planner],
    grounder: [grounder],
    verifier: verifier?.candidates ?? [],
    answerer: [answerer],
    reasoner: [reasoner, reasonerOnMoment],
  };
  return Object.fromEntries(
    Object.entries(asked)
      .map(
        ([role, prompts]) =>
          [role, prompts.flatMap((prompt) => (prompt === undefined ? [] : textsOf(prompt)))] as const,
      )
      .filter(([, prompts]) => prompts.length > 0),
  );
}

/** The prompt that was read, or each of those of a model that calls tools. */
function textsOf(
  prompt: { readonly text: string } | { readonly turns: readonly { readonly text: string }[] },
): string[] {
  return 'turns' in prompt ? prompt.turns.map(({ text }) => text) : [prompt.text];
}

async function saliencyCurve(
  grounder: NonNullable<RunTrace['grounder']>,
  timesOfFrames: TimesOfFrames,
): Promise<HostResult<'runsSeen'>['saliency']> {
  const [pairs = 0] = grounder.gridTHW;
  const values = grounder.saliency.slice(0, pairs);
  if (values.length === 0) return undefined;
  const times = await timesOfFrames(grounder.frameIndices);
  const framesPerPair = grounder.frameIndices.length / pairs;
  const timesSec = values.map((_, pair) => {
    const first = times[pair * framesPerPair] ?? 0;
    const last = times[(pair + 1) * framesPerPair - 1] ?? first;
    return (first + last) / 2;
  });
  return { timesSec, values };
}
