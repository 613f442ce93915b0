import type { ReasonerTrace, RunTrace } from '../../protocol/run-trace.ts';

/** For tests: what a reasoner without tools was shown and said. */
export function replyTrace(
  trace: RunTrace | undefined,
  which: 'reasoner' | 'reasonerOnMoment' = 'reasoner',
): ReasonerTrace {
  const found = trace?.[which];
  if (found === undefined || 'turns' in found)
    throw new Error(`The trace has no single reply of the ${which}.`);
  return found;
}
