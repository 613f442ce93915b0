import { expect } from 'vitest';
import { askRequestSchema } from '../../protocol/ask-request.ts';
import type { AskRequest } from '../../protocol/ask-request.ts';
import type { RunRecord } from '../../protocol/run-record.ts';
import type { PromptTrace, RunTrace } from '../../protocol/run-trace.ts';
import type { Agent } from '../agent.ts';
import { expectedRuns, packPath } from './reference-pack.ts';
import type { ExpectedRun, PackName } from './reference-pack.ts';

/** What one question of a pack came to. */
export interface Asked {
  readonly record: RunRecord;
  readonly trace: RunTrace;
}

/** A question of a pack, asked as the reference was asked. */
export function requestOf(
  pack: PackName,
  modelPath: string,
  run: ExpectedRun,
  changes: Partial<AskRequest> = {},
): AskRequest {
  const { video, question, options, ground_only: groundOnly } = run.ask;
  return askRequestSchema.parse({
    videoPath: packPath(pack, `videos/${video}`),
    modelPath,
    question,
    ...(options === null ? {} : { options }),
    ...(groundOnly === true ? { roles: ['planner', 'grounder', 'verifier'] } : {}),
    trace: true,
    ...changes,
  });
}

function shownAndSaid(trace: PromptTrace & { readonly outputIds?: number[] }): unknown {
  const { frameIndices, gridTHW, frameSize, text, inputIds, outputIds } = trace;
  return { frameIndices, gridTHW, frameSize, text, inputIds, outputIds };
}

/** What float32 has to agree with the reference in, one expectation after another; each throws where it is not met. */
export const exactAgreement: Readonly<Record<string, (expected: ExpectedRun, asked: Asked) => void>> = {
  'the same roles run, on the same video'(expected, { record, trace }) {
    const roles = Object.keys(trace).filter((role) => role !== 'caches' && role !== 'transfer');
    expect(roles).toEqual(
      Object.keys(expected).filter((key) => ['planner', 'grounder', 'verifier', 'answerer'].includes(key)),
    );
    expect(record.video).toMatchObject({ totalFrames: expected.totalFrames, fps: expected.fps });
    // The verifier says No of every candidate where the reference's does.
    const { verifier } = expected;
    const saysNo = verifier?.candidates.every(({ yesProb, noProb }) => noProb > yesProb) ?? false;
    expect(record.warnings.map(({ code }) => code)).toEqual(saysNo ? ['CANDIDATES_DOUBTED'] : []);
  },

  'the planner is shown and says the same'({ planner }, { record, trace }) {
    if (planner === undefined) {
      expect(trace.planner).toBeUndefined();
      return;
    }
    expect(shownAndSaid(trace.planner!)).toEqual(shownAndSaid(planner));
    const { response, query, grounding } = planner;
    expect(record.plan).toEqual({ response, query, grounding });
    expect(trace.planner).toMatchObject({ response, query, grounding });
  },

  'the grounder is shown and says the same, and its best rows are within 0.05 s and 0.01'(
    { grounder },
    { trace },
  ) {
    if (grounder === undefined) {
      expect(trace.grounder).toBeUndefined();
      return;
    }
    expect(shownAndSaid(trace.grounder!)).toEqual(shownAndSaid(grounder));
    expect(trace.grounder).toMatchObject({ success: true, response: grounder.response });
    expect(trace.grounder!.rows).toHaveLength(grounder.rows.length);
    expect(trace.grounder!.saliency).toHaveLength(grounder.saliency.length);
    for (const best of [0, 1, 2]) {
      const [start, end] = grounder.pred[best]!;
      expect(Math.abs(trace.grounder!.pred[best]![0] - start)).toBeLessThan(0.05);
      expect(Math.abs(trace.grounder!.pred[best]![1] - end)).toBeLessThan(0.05);
      expect(Math.abs(trace.grounder!.conf[best]! - grounder.conf[best]!)).toBeLessThan(0.01);
    }
  },

  'the verifier is shown the same, and its scores are within 0.005'({ verifier }, { trace }) {
    if (verifier === undefined) {
      expect(trace.verifier).toBeUndefined();
      return;
    }
    expect(trace.verifier!.candidates.map(shownAndSaid)).toEqual(verifier.candidates.map(shownAndSaid));
    verifier.candidates.forEach((candidate, index) => {
      const found = trace.verifier!.candidates[index]!;
      expect(Math.abs(found.score - candidate.score)).toBeLessThan(0.005);
      expect(Math.abs(found.yesProb - candidate.yesProb)).toBeLessThan(0.01);
      expect(Math.abs(found.noProb - candidate.noProb)).toBeLessThan(0.01);
      expect(Math.abs(found.window[0] - candidate.window[0])).toBeLessThan(0.1);
      expect(Math.abs(found.window[1] - candidate.window[1])).toBeLessThan(0.1);
    });
  },

  'candidates rank the same where the scores of the reference differ by more than 0.01'(
    { verifier },
    { record, trace },
  ) {
    if (verifier === undefined) {
      expect(trace.verifier).toBeUndefined();
      return;
    }
    const scores = verifier.candidates.map((candidate) => candidate.score);
    const place = (candidate: number) => trace.verifier!.ranks.indexOf(candidate);
    for (const [better, betterScore] of scores.entries()) {
      for (const [worse, worseScore] of scores.entries()) {
        if (betterScore - worseScore > 0.01) expect(place(better)).toBeLessThan(place(worse));
      }
    }
    expect(record.candidates.map((candidate) => candidate.verifierScore)).toEqual(
      trace.verifier!.ranks.map((rank) => trace.verifier!.candidates[rank]!.score),
    );
  },

  'the answerer is shown and says the same'({ ask, answerer }, { record, trace }) {
    if (answerer === undefined) {
      expect(trace.answerer).toBeUndefined();
      return;
    }
    expect(shownAndSaid(trace.answerer!)).toEqual(shownAndSaid(answerer));
    expect(record.answer!.text).toBe(answerer.response);
    const letter = ask.options === null ? undefined : answerer.response[0];
    expect(record.answer!.option).toBe(letter);
    expect(Math.abs(trace.answerer!.span[0] - answerer.span[0])).toBeLessThan(0.05);
    expect(Math.abs(trace.answerer!.span[1] - answerer.span[1])).toBeLessThan(0.05);
  },
};

/**
 * What a rounded precision has to agree in: plan, route and answer in all questions of a pack but one at most; in these the best
 * row within 0.5 s and 0.1 of confidence, and the first candidate's score within 0.08.
 * @param onAsked Told of every question's outcome.
 */
export async function expectRoundedAgreement(
  agent: Agent,
  pack: PackName,
  modelPath: string,
  onAsked?: (asked: Asked) => void,
): Promise<void> {
  const different: string[] = [];
  for (const expected of expectedRuns(pack)) {
    const { record, trace } = await agent.ask(requestOf(pack, modelPath, expected));
    onAsked?.({ record, trace: trace! });
    const { planner, grounder, verifier, answerer } = expected;
    const agrees =
      record.plan?.query === planner?.query &&
      record.plan?.grounding === planner?.grounding &&
      record.answer?.text === answerer?.response;
    if (!agrees) {
      different.push(expected.ask.question);
      continue;
    }
    if (grounder === undefined) continue;
    expect(Math.abs(trace!.grounder!.pred[0]![0] - grounder.pred[0]![0])).toBeLessThan(0.5);
    expect(Math.abs(trace!.grounder!.pred[0]![1] - grounder.pred[0]![1])).toBeLessThan(0.5);
    expect(Math.abs(trace!.grounder!.conf[0]! - grounder.conf[0]!)).toBeLessThan(0.1);
    const { score } = verifier!.candidates[0]!;
    expect(Math.abs(trace!.verifier!.candidates[0]!.score - score)).toBeLessThan(0.08);
  }
  expect(different.length, different.join(' | ')).toBeLessThanOrEqual(1);
}
