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

/** The most that a device may be off, by the precision of the package (docs/devices.md gives the reasons). */
const bounds: Readonly<Record<Precision, number>> = { fp32: 0.001, fp16: 0.02, int4: 0.06, int8: 0.06 };

/** The most that a device may be off with a package: at least what float16 rounds, where values go through it there. */
export function deviationBound({ precision, coarsest }: Pick<LoadedModel, 'precision' | 'coarsest'>): number {
  return Math.max(bounds[precision], coarsest === 'float16' ? bounds.fp16 : 0);
}

const partNames: Readonly<Record<keyof Deviations, string>> = {
  features: 'the vision tower’s features',
  states: 'the decoder’s states',
  scores: 'the vocabulary’s scores',
  grounding: 'the grounding head’s scores',
};

/** What is wrong with a device that is farther off than it may be, in words; undefined where nothing is. */
export function problemOf(deviations: Deviations, bound: number): string | undefined {
  const wrong = (Object.entries(deviations) as [keyof Deviations, number][])
    .filter(([, deviation]) => !(deviation <= bound))
    .map(([part, deviation]) => `${partNames[part]} ${inPercent(deviation)}`);
  if (wrong.length === 0) return undefined;
  return `It computes wrongly: ${wrong.join(', ')} off the package’s self-check, where ${inPercent(bound)} is the most that rounding explains.`;
}

/** A share of 1 in words. */
export function inPercent(share: number): string {
  if (!Number.isFinite(share)) return 'altogether';
  const percent = share * 100;
  return `${percent < 10 ? percent.toPrecision(2) : percent.toFixed(0)} %`;
}
