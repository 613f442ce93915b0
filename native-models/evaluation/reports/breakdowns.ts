import type { BreakdownRow } from '../../protocol/eval-report.ts';
import type { Span } from '../metrics/spans.ts';
import type { ScoredSample } from './scored-samples.ts';

const lengthEndsSec = [5, 10, 30, 60];
const positionNames = ['first fifth', 'second fifth', 'middle fifth', 'fourth fifth', 'last fifth'];

/** By the length of the true moment (the longest, where there are several). */
export function byMomentLength(samples: readonly ScoredSample[]): BreakdownRow[] {
  const names = [
    ...lengthEndsSec.map((end, index) => `${lengthEndsSec[index - 1] ?? 0}–${end} s`),
    `over ${lengthEndsSec.at(-1) ?? 0} s`,
  ];
  return breakdown(names, samples, (sample) => {
    const lengths = truths(sample).map(([start, end]) => end - start);
    if (lengths.length === 0) return [];
    const longest = Math.max(...lengths);
    const index = lengthEndsSec.findIndex((end) => longest <= end);
    return [names.at(index) ?? ''];
  });
}

/** By where the middle of the true moment (the first, where there are several) lies in the video. */
export function byMomentPosition(samples: readonly ScoredSample[]): BreakdownRow[] {
  return breakdown(positionNames, samples, (sample) => {
    const [first] = truths(sample);
    const { durationSec } = sample.prediction;
    if (first === undefined || durationSec === undefined || durationSec <= 0) return [];
    const share = (first[0] + first[1]) / 2 / durationSec;
    const index = Math.min(positionNames.length - 1, Math.max(0, Math.floor(share * positionNames.length)));
    return [positionNames[index] ?? ''];
  });
}

/** By the categories of the annotations; empty where there is but one. */
export function byCategory(samples: readonly ScoredSample[]): BreakdownRow[] {
  const names = [...new Set(samples.flatMap(({ tasks }) => tasks))].sort();
  return names.length < 2 ? [] : breakdown(names, samples, ({ tasks }) => tasks);
}

function truths({ prediction: { grounding } }: ScoredSample): readonly Span[] {
  return grounding.state === 'read' ? grounding.value.truths : [];
}

function breakdown(
  names: readonly string[],
  samples: readonly ScoredSample[],
  namesOf: (sample: ScoredSample) => readonly string[],
): BreakdownRow[] {
  const groups = new Map<string, ScoredSample[]>(names.map((name) => [name, []]));
  for (const sample of samples) for (const name of namesOf(sample)) groups.get(name)?.push(sample);
  return [...groups].flatMap(([name, group]) => (group.length === 0 ? [] : [rowOf(name, group)]));
}

function rowOf(name: string, group: readonly ScoredSample[]): BreakdownRow {
  const grounded = group.flatMap(({ score }) => score.grounding?.iou.value ?? []);
  const answered = group.flatMap(({ score }) => score.answer?.correct ?? []);
  return {
    name,
    samples: group.length,
    ...(grounded.length === 0
      ? {}
      : { meanIou: percent(grounded), recall: percent(grounded.map((iou) => Number(iou >= 0.5))) }),
    ...(answered.length === 0 ? {} : { accuracy: percent(answered.map(Number)) }),
    ...taskMeans(group),
  };
}

/** The mean of each measure of the task over the samples that take part in it. */
function taskMeans(group: readonly ScoredSample[]): Pick<BreakdownRow, 'measures'> {
  const names = [...new Set(group.flatMap(({ taskValues }) => Object.keys(taskValues)))];
  if (names.length === 0) return {};
  const means = names.map((name) => [name, percent(group.flatMap((one) => one.taskValues[name] ?? []))]);
  return { measures: Object.fromEntries(means) as Record<string, number> };
}

function percent(values: readonly number[]): number {
  return (values.reduce((sum, value) => sum + value, 0) / values.length) * 100;
}
