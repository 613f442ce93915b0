import type { Contestant } from '../contestants/contestant.ts';
import type { BenchContext, Measure, MeasureRow, Target } from './measure.ts';
import { comparisonRow, noSamples, sample, type Samples } from './paired-comparison.ts';
import { againstReference } from './reference-comparison.ts';
import { extrapolateClipSec } from './statistics.ts';

const CLIP_TARGET: Target = { kind: 'ratioAtLeast', value: 6 };
const STEP_TARGET: Target = { kind: 'ratioAtLeast', value: 8 };

/** Clips that are measured; the longest has a target, and the reference's cost for 150 frames follows from all. */
const CLIP_PAIRS = [8, 16, 32];
/** 150 frames. */
const STEP_PAIRS = 75;
/** Frames of 168×280 pixels, as a budget of 64 tokens shows those of a 16:9 video. */
const GRID = { gridHeight: 12, gridWidth: 20 };
const TOKENS_PER_PAIR = (GRID.gridHeight / 2) * (GRID.gridWidth / 2);
/** System message, instruction and query. */
const TEXT_TOKENS = 64;
const GENERATED_TOKENS = 8;

const promptTokens = STEP_PAIRS * TOKENS_PER_PAIR + TEXT_TOKENS;

/**
 * The vision tower on clips, and all that the grounder computes for 150 frames (decoding of the video apart): vision
 * tower, prompt, 8 tokens. The reference puts a clip's patches into one attention and would take many minutes for the
 * 150 frames, so its vision tower there is extrapolated from the shorter clips and labelled so.
 */
export const clipMeasure: Measure = {
  name: 'clip',
  summary: "vision tower on clips of 8, 16 and 32 pairs, and the grounder's whole step on 150 frames",
  needs: ['package'],
  hasPeers: true,
  run: (context) =>
    againstReference(context, async (ours, reference) => {
      const taken = new ClipSamples(ours, reference);
      // Small work first, uncounted: brings weights into memory.
      for (const contestant of taken.contestants) await contestant.ask(visionRequest(1));
      for (let round = 0; round < context.longRounds; round++) await taken.measureRound(context);
      return taken.rows();
    }),
};

function visionRequest(pairs: number) {
  return { measure: 'vision', pairs, ...GRID };
}

/** Ours and the reference's measurements, clip by clip and of the whole step. */
class ClipSamples {
  readonly contestants: readonly Contestant[];
  readonly #ours: Contestant;
  readonly #reference: Contestant | undefined;
  readonly #oursByPairs: Map<number, Samples>;
  readonly #referenceByPairs: Map<number, Samples>;
  readonly #oursStep: Samples;
  readonly #referenceStep: Samples;

  constructor(ours: Contestant, reference: Contestant | undefined) {
    this.#ours = ours;
    this.#reference = reference;
    this.contestants = reference === undefined ? [ours] : [ours, reference];
    const empty = (name: string) => new Map(CLIP_PAIRS.map((pairs) => [pairs, noSamples(name)]));
    this.#oursByPairs = empty(ours.name);
    this.#referenceByPairs = empty(reference?.name ?? '');
    this.#oursStep = noSamples(ours.name);
    this.#referenceStep = noSamples(reference?.name ?? '');
  }

  async measureRound(context: BenchContext): Promise<void> {
    for (const pairs of CLIP_PAIRS) {
      await this.#take(this.#ours, visionRequest(pairs), this.#oursByPairs.get(pairs), context);
      await this.#take(this.#reference, visionRequest(pairs), this.#referenceByPairs.get(pairs), context);
    }
    const step = {
      measure: 'grounder-step',
      pairs: STEP_PAIRS,
      ...GRID,
      textTokens: TEXT_TOKENS,
      generatedTokens: GENERATED_TOKENS,
    };
    await this.#take(this.#ours, step, this.#oursStep, context);
    await this.#referenceWholeStep(context);
  }

  rows(): MeasureRow[] {
    const referenceOf = (samples: Samples) => (this.#reference === undefined ? undefined : samples);
    const clips = CLIP_PAIRS.flatMap((pairs) => {
      const [ours, reference] = [this.#oursByPairs.get(pairs), this.#referenceByPairs.get(pairs)];
      if (ours === undefined || reference === undefined) return [];
      return comparisonRow(ours, referenceOf(reference), {
        label: `vision tower, clip of ${pairs} pairs`,
        unit: 's',
        ...(pairs === 32 ? { target: CLIP_TARGET } : {}),
      });
    });
    const step = comparisonRow(this.#oursStep, referenceOf(this.#referenceStep), {
      label: `grounder's step: 150 frames, prompt of ${promptTokens} tokens, ${GENERATED_TOKENS} generated`,
      unit: 's',
      target: STEP_TARGET,
      notes: [`the reference's vision tower is extrapolated from clips of ${CLIP_PAIRS.join(', ')} pairs`],
    });
    return [
      ...clips,
      step.peer === undefined ? step : { ...step, peer: { ...step.peer, extrapolated: true } },
    ];
  }

  /** Adds one time of the reference's whole step: measured prompt and tokens, extrapolated vision tower. */
  async #referenceWholeStep(context: BenchContext): Promise<void> {
    if (this.#reference === undefined) return;
    const parts = noSamples(this.#reference.name);
    const latestClips = CLIP_PAIRS.map((pairs) => ({
      pairs,
      sec: this.#referenceByPairs.get(pairs)?.sec.at(-1) ?? NaN,
    }));
    await this.#take(this.#reference, { measure: 'prefill', tokens: promptTokens }, parts, context);
    const decode = { measure: 'decode', context: promptTokens, tokens: GENERATED_TOKENS };
    await this.#take(this.#reference, decode, parts, context);
    const [prefillSec = NaN, tokenSec = NaN] = parts.sec;
    const visionSec = extrapolateClipSec(latestClips, STEP_PAIRS);
    this.#referenceStep.sec.push(visionSec + prefillSec + GENERATED_TOKENS * tokenSec);
    this.#referenceStep.foreignCores = parts.foreignCores;
  }

  async #take(
    contestant: Contestant | undefined,
    request: Parameters<Contestant['ask']>[0],
    samples: Samples | undefined,
    context: BenchContext,
  ): Promise<void> {
    if (contestant === undefined || samples === undefined) return;
    await sample(contestant, request, samples);
    context.log(`${contestant.name} ${JSON.stringify(request)}: ${samples.sec.at(-1)?.toFixed(2) ?? '?'} s`);
  }
}
