import type { Precision } from '../../protocol/roles.ts';
import type { LoadedModel } from '../loaded-model.ts';

/** How far a device is off a self-check, by part: ‖difference‖ ÷ ‖reference‖. */
export interface Deviations {
  /** The vision tower's features. */
  readonly features: number;
  /** The decoder's states. */
  readonly states: number;
  /** The vocabulary head's logits. */
  readonly scores: number;
  /** The grounding head's saliency; absent without a head. */
  readonly grounding?: number;
}

/**
 * How far the package's own network comes off where what its products read is rounded to 8 bits, as devices may do with
 * block-quantised weights: measured when the self-check is made, since it grows with the network.
 */
export type Rounding = Pick<Deviations, 'features' | 'states' | 'scores'>;

/** The most that each part may be off (docs/devices.md gives the reasons). */
export type DeviationBounds = Readonly<Record<keyof Deviations, number>>;

/** What rounding in values of each type explains. */
const roundingOf = { float32: 0.001, float16: 0.02 } as const;

/** How many times the package's own rounding to 8 bits a device's may be: it may take longer blocks, and float16 beside. */
const roundingRoom = 1.5;

/** The most that a device may be off with a package. @param rounding Of a package with block-quantised weights. */
export function deviationBounds(
  { precision, coarsest }: Pick<LoadedModel, 'precision' | 'coarsest'>,
  rounding: Rounding | undefined,
): DeviationBounds {
  const least = precision === 'fp32' ? roundingOf[coarsest] : roundingOf.float16;
  const boundOf = (part: keyof Rounding) => Math.max(least, roundingRoom * (rounding?.[part] ?? 0));
  return {
    features: boundOf('features'),
    states: boundOf('states'),
    scores: boundOf('scores'),
    grounding: least,
  };
}

/** Whether a package has block-quantised weights. */
export function hasBlocks(precision: Precision): boolean {
  return precision === 'int4' || precision === 'int8-blocks';
}

const partNames: Readonly<Record<keyof Deviations, string>> = {
  features: 'the vision tower’s features',
  states: 'the decoder’s states',
  scores: 'the vocabulary’s scores',
  grounding: 'the grounding head’s scores',
};

/** What is wrong with a device that is farther off than it may be, in words; undefined where nothing is. */
export function problemOf(deviations: Deviations, bounds: DeviationBounds): string | undefined {
  const wrong = partsOf(deviations)
    .filter(([part, deviation]) => !(deviation <= bounds[part]))
    .map(
      ([part, deviation]) =>
        `${partNames[part]} ${inPercent(deviation)} off the package’s self-check, where ${inPercent(bounds[part])} is the most that rounding explains`,
    );
  return wrong.length === 0 ? undefined : `It computes wrongly: ${wrong.join('; ')}.`;
}

/** The part that is the nearest to its bound, or the farthest beyond it. */
export function worstOf(
  deviations: Deviations,
  bounds: DeviationBounds,
): { readonly deviation: number; readonly bound: number } {
  const all = partsOf(deviations).map(([part, deviation]) => ({ deviation, bound: bounds[part] }));
  return all.reduce((worst, each) =>
    each.deviation / each.bound > worst.deviation / worst.bound ? each : worst,
  );
}

function partsOf(deviations: Deviations): [keyof Deviations, number][] {
  return Object.entries(deviations) as [keyof Deviations, number][];
}

/** What is farther off has nothing to do with what was wanted: how far says nothing. */
const farOff = 100;

/** A share of 1 in words. */
export function inPercent(share: number): string {
  if (!(share <= farOff)) return 'altogether';
  const percent = share * 100;
  return `${percent < 10 ? percent.toPrecision(2) : percent.toFixed(0)} %`;
}
