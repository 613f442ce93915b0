import type { Rows } from '../../architectures/device-rows.ts';
import type { GroundingResult } from '../../architectures/vision-language-model.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { Candidate, Moment } from '../../protocol/run-record.ts';
import type { GrounderTrace } from '../../protocol/run-trace.ts';
import type { GeneratedToken } from '../generation/generate.ts';
import { benchmarkMoment, momentFromShares } from '../shown/moment-times.ts';
import { normalizeQuery } from '../prompts/query.ts';
import { reply } from '../shown/reply.ts';
import { queryWords } from '../prompts/role-words.ts';
import type { Run } from '../run.ts';
import { lookOf } from '../search/role-look.ts';
import type { RoleLook } from '../search/role-look.ts';
import { promptTrace, show } from '../shown/show.ts';
import { windowsWithoutMoment } from '../shown/spans.ts';
import type { Bounds } from '../shown/spans.ts';

/** What the grounder found in one look, best first; `found` is false where windows stand in for moments. */
export interface Sighting {
  readonly moments: Candidate[];
  readonly found: boolean;
  readonly trace: GrounderTrace;
}

/** Moments that the grounder found, best first. */
export interface Grounding {
  /** As many as were asked for. */
  readonly candidates: Candidate[];
  readonly trace: GrounderTrace;
}

/**
 * Shows the grounder the video and the query; the state at its `<|reg|>` is read by the grounding head. Without a
 * `<|reg|>`, windows over the video stand in where a verifier will judge them, else the whole video.
 */
export async function ground(run: Run, query: string): Promise<Grounding> {
  run.journal.emit({ type: 'grounding', query: normalizeQuery(query) });
  const { moments, found, trace } = await lookFor(run, query, lookOf(run, 'grounder', run.bounds), true);
  const candidates = moments.slice(0, run.request.candidates);
  run.journal.emit({ type: 'grounded', candidates, found });
  return { candidates, trace };
}

/**
 * Lets the grounder look at a stretch once. `onDisk`: what it reads of it outlives the process. The windows of a search do not: at
 * full size each takes a quarter of a gigabyte, and their features do.
 */
export async function lookFor(
  all: Run,
  query: string,
  { bounds, clip }: RoleLook,
  onDisk = false,
): Promise<Sighting> {
  const run = { ...all, bounds };
  const words = queryWords(run.model.promptSet, 'grounder', normalizeQuery(query));
  const shown = show(run, 'grounder', clip, words);
  const watch = watchForMoment(run);
  const said = await reply(run, shown, { keep: 'always', withFrameStates: true, onDisk }, watch.onToken);
  const found = await readMoments(run, said.frameStates, watch.state());
  const moments = found === undefined ? standIns(run) : momentsOf(run, all.bounds, found);
  return {
    moments,
    found: found !== undefined,
    trace: {
      ...promptTrace(shown),
      outputIds: [...said.outputIds],
      response: said.response,
      success: found !== undefined,
      rows: found?.rows ?? [],
      saliency: [...(found?.saliency ?? [])],
      pred: moments.map(({ startSec, endSec }) => [startSec, endSec]),
      conf: moments.map(({ confidence }) => confidence),
    },
  };
}

/**
 * The state at the first `<|reg|>` after prefill. Where a benchmark forces the reply's length, the last token stands
 * for it.
 */
function watchForMoment(run: Run): {
  readonly onToken: (token: GeneratedToken) => Promise<void>;
  readonly state: () => Float32Array | undefined;
} {
  const { reg } = run.model.network.tokens;
  const forcedLength = run.request.forcedTokens?.grounder;
  let state: Float32Array | undefined;
  return {
    onToken: async (token) => {
      const isMoment =
        forcedLength === undefined
          ? token.step > 0 && token.tokenId === reg && state === undefined
          : token.step === forcedLength - 1;
      if (isMoment) state = await token.readState();
    },
    state: () => state,
  };
}

async function readMoments(
  run: Run,
  frameStates: Rows | undefined,
  momentState: Float32Array | undefined,
): Promise<GroundingResult | undefined> {
  if (momentState === undefined) return undefined;
  const { groundingHead } = run.model;
  if (groundingHead === undefined || frameStates === undefined) {
    throw new EngineError('PACKAGE_DAMAGED', `${run.model.path} has a grounder but no grounding head.`);
  }
  return groundingHead.ground(frameStates, momentState);
}

function momentsOf(run: Run, whole: Bounds, found: GroundingResult): Candidate[] {
  return found.rows.map(([start, end, confidence]) => ({
    ...momentOf(run, whole, start, end),
    confidence,
  }));
}

function momentOf(
  { video, bounds, request }: Run,
  whole: Bounds,
  startShare: number,
  endShare: number,
): Moment {
  const times = request.benchmark?.times;
  if (times === undefined) return momentFromShares(video, bounds, startShare, endShare);
  const wholeSec = whole.endSec - whole.startSec;
  const write = (start: number, end: number): Moment =>
    benchmarkMoment(start, end, times.durationSec ?? wholeSec, times.roundingUnitSec);
  if (bounds.startSec === whole.startSec && bounds.endSec === whole.endSec)
    return write(startShare, endShare);
  // Of a window: the annotated length is that of the whole, so the shares must be of it too.
  const { startSec, endSec } = momentFromShares(video, bounds, startShare, endShare);
  return write((startSec - whole.startSec) / wholeSec, (endSec - whole.startSec) / wholeSec);
}

function standIns(run: Run): Candidate[] {
  const moments = run.roles.includes('verifier') ? windowsWithoutMoment(run.bounds) : [run.bounds];
  return moments.map((moment) => ({ ...moment, confidence: 0 }));
}
