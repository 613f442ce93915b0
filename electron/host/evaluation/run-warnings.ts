import type { EvalTally } from '../../../native-models/protocol/eval-sample.ts';
import type { BareResult } from './result-journal.ts';

/** Cases that are named of each kind. */
const namedCases = 5;

/** What samples' runs had to say, by code: how many samples, and the first of them by their ids. */
export async function tallyWarnings(results: AsyncIterable<BareResult>): Promise<EvalTally[]> {
  const tallies = new Map<string, { count: number; examples: EvalTally['examples'][number][] }>();
  for await (const { id, warnings = [] } of results) {
    for (const [code, first] of new Map(warnings.toReversed().map((warning) => [warning.code, warning]))) {
      const tally = tallies.get(code) ?? { count: 0, examples: [] };
      tallies.set(code, tally);
      tally.count++;
      if (tally.examples.length < namedCases)
        tally.examples.push({ place: { file: id }, detail: first.message.replace(/\.$/u, '') });
    }
  }
  return Array.from(tallies, ([kind, tally]) => ({ kind, ...tally }));
}
