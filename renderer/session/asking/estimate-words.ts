import type { RunEstimate } from '../../../electron/host/contract/runs.ts';
import type { Speaker } from '../../../native-models/protocol/roles.ts';
import { formatSpan } from '../../ui/format.ts';
import { sessionTexts } from '../texts.ts';

/** From here on events can lie unseen between two frames that a model looks at. */
const noteworthyIntervalSec = 2;

/** The role that searches the whole video: what it does not see cannot be found. */
const searchers: readonly Speaker[] = ['grounder', 'reasoner', 'answerer', 'planner'];

/** What to say about how densely a video is looked at. */
export function samplingWords(
  estimate: RunEstimate,
): { readonly words: string; readonly sparse: boolean } | undefined {
  const searcher = searchers
    .map((role) => estimate.roles.find((each) => each.role === role))
    .find((each) => each !== undefined);
  if (searcher === undefined) return undefined;
  const interval = formatSpan(searcher.intervalSec);
  const sparse = searcher.intervalSec >= noteworthyIntervalSec;
  return {
    sparse,
    words: sparse
      ? sessionTexts.estimate.shortEvents(interval)
      : searcher.windows === undefined
        ? sessionTexts.estimate.frames(searcher.frames, interval)
        : sessionTexts.estimate.windows(searcher.frames, interval, searcher.windows),
  };
}

/** What the engine warns of beyond what is said here in other words. */
export function furtherWarnings(estimate: RunEstimate): RunEstimate['warnings'] {
  const said = [
    ...(samplingWords(estimate)?.sparse === true ? ['FRAMES_SPARSE'] : []),
    ...(needsTooMuch(estimate) ? ['MEMORY_SHORT'] : []),
  ];
  return estimate.warnings.filter(({ code }) => !said.includes(code));
}

/** True when a run would need more memory than is free. */
export function needsTooMuch({ memoryBytes, availableMemoryBytes }: RunEstimate): boolean {
  return memoryBytes > availableMemoryBytes;
}
