import type { Run } from '../../../electron/host/contract/runs.ts';
import { formatMoment } from '../../ui/format.ts';
import { sessionTexts } from '../texts.ts';
import { settingsAsked } from './run-settings.ts';

const texts = sessionTexts.compare;

/**
 * What runs are called where one of them is chosen: by their question; those that ask the same by what they differ in, too,
 * and where that is nothing, by when they were asked.
 */
export function runNames(runs: readonly Run[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [question, alike] of Map.groupBy(runs, (run) => run.question.question)) {
    const [only] = alike;
    if (alike.length === 1 && only !== undefined) names.set(only.id, question);
    else
      for (const [run, difference] of differences(alike))
        names.set(run.id, texts.named(difference, question));
  }
  return names;
}

function differences(alike: readonly Run[]): readonly (readonly [Run, string])[] {
  const settings = new Map(
    alike.map((run) => [run, new Map(settingsAsked(run).map(({ name, value }) => [name, value]))]),
  );
  const asked = [...new Set([...settings.values()].flatMap((each) => [...each.keys()]))];
  const telling = asked.filter((name) => new Set(alike.map((run) => settings.get(run)?.get(name))).size > 1);
  const wordsOf = (run: Run): string =>
    telling.map((name) => texts.setTo(name, settings.get(run)?.get(name) ?? texts.nothing)).join(', ');
  const counts = Map.groupBy(alike, wordsOf);
  return alike.map((run) => {
    const words = wordsOf(run);
    const same = counts.get(words) ?? [];
    const parts = [...(words === '' ? [] : [words]), ...(same.length === 1 ? [] : [whenAsked(run, same)])];
    return [run, parts.join(', ')] as const;
  });
}

/** The minute, and of several in one minute which of them. */
function whenAsked(run: Run, alike: readonly Run[]): string {
  const minute = formatMoment(run.createdAtMs);
  const same = alike.filter((each) => formatMoment(each.createdAtMs) === minute);
  if (same.length === 1) return minute;
  const place = same.toSorted((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1)).indexOf(run);
  return `${minute} (${place + 1})`;
}
