import { benchmarkKey } from '../../protocol/eval-task.ts';
import type { EvalCompareRequest, EvalComparison } from '../../protocol/eval-report.ts';
import { interval95, resampledMeans } from './bootstrap.ts';
import type { Span } from '../metrics/spans.ts';
import { runDoubts } from '../../protocol/run-doubts.ts';
import { reportedMeasures } from './figures.ts';
import type { Measure } from './measures.ts';
import { measureName } from './measures.ts';
import { readScoredSamples } from './scored-samples.ts';
import type { ScoredSample } from './scored-samples.ts';
import { momentPictures } from './moment-pictures.ts';
import type { NamedMoment } from './moment-pictures.ts';
import { comparePage } from './page/compare-page.ts';
import { bootstrapPValue, mcNemarPValue } from './significance.ts';
import { summarizeToolUse } from './tool-use.ts';
import { caseOf } from './worst-cases.ts';

type Pair = readonly [a: ScoredSample, b: ScoredSample];

/**
 * Compares two runs over the samples that both have, pair by pair: how much better B is, in which range that lies, and how
 * likely so much would be by chance.
 *
 * @throws EngineError FOLDER_NOT_FOUND, CANCELLED
 */
export async function compareRuns(
  request: EvalCompareRequest,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<EvalComparison> {
  const { predictionsA, predictionsB, benchmark } = request;
  const samplesA = await readScoredSamples(predictionsA, benchmark, {
    ...{ verdictsPath: request.verdictsA, metricValuesPath: request.metricValuesA, signal },
  });
  const samplesB = await readScoredSamples(predictionsB, benchmark, {
    ...{ verdictsPath: request.verdictsB, metricValuesPath: request.metricValuesB, signal },
  });
  const byId = new Map(samplesB.map((one) => [one.id, one]));
  const pairs = samplesA.flatMap((a): Pair[] => {
    const b = byId.get(a.id);
    return b === undefined ? [] : [[a, b]];
  });
  const shared = new Set(pairs.map(([{ id }]) => id)).size;
  const doubts = [
    ...runDoubts(request.factsA ?? {}).map((doubt) => ({ ...doubt, run: 'A' as const })),
    ...runDoubts(request.factsB ?? {}).map((doubt) => ({ ...doubt, run: 'B' as const })),
  ];
  const measures = reportedMeasures(benchmark, samplesA);
  const [toolUseA, toolUseB] = [summarizeToolUse(samplesA), summarizeToolUse(samplesB)];
  return {
    benchmark: benchmarkKey(benchmark),
    shared,
    onlyA: samplesA.length - pairs.length,
    onlyB: byId.size - shared,
    figures: measures.flatMap((measure) => compare(measure, pairs, request)),
    ...(await flippedSamples(measures, pairs, request, signal)),
    ...(toolUseA === undefined ? {} : { toolUseA }),
    ...(toolUseB === undefined ? {} : { toolUseB }),
    doubts,
    trustworthy:
      shared > 0 &&
      pairs.length === samplesA.length &&
      shared === byId.size &&
      !doubts.some(({ spoils }) => spoils),
  };
}

/** The comparison, and as a page. @throws EngineError as `compareRuns` */
export async function makeComparison(
  request: EvalCompareRequest,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<{ readonly comparison: EvalComparison; readonly html: string }> {
  const comparison = await compareRuns(request, options);
  return { comparison, html: comparePage(comparison) };
}

/** By the answers where both runs answer, else by moments at half overlap. */
async function flippedSamples(
  measures: readonly Measure[],
  pairs: readonly Pair[],
  { dataDir, pictured = 0 }: EvalCompareRequest,
  signal: AbortSignal | undefined,
): Promise<Pick<EvalComparison, 'flipped'>> {
  const wanted = ['Acc', 'long-acc.', 'R1@0.5'].flatMap(
    (column) => measures.find((one) => one.isBinary && one.column === column) ?? [],
  );
  const measure = wanted.find((one) =>
    pairs.some(([a, b]) => !Number.isNaN(one.of(a)) && !Number.isNaN(one.of(b))),
  );
  if (measure === undefined) return {};
  const samples: NonNullable<EvalComparison['flipped']>['samples'] = [];
  for (const [a, b] of pairs) {
    const [inA, inB] = [measure.of(a), measure.of(b)];
    if (Number.isNaN(inA) || Number.isNaN(inB) || inA === inB) continue;
    const right = inA > inB ? ('A' as const) : ('B' as const);
    const { video, text } = a.shown;
    const { truths } = caseOf(a);
    const hasPictures = dataDir !== undefined && samples.length < pictured;
    samples.push({
      ...{ id: a.id, video, text, right, ...said('A', a), ...said('B', b), truths },
      frames: hasPictures ? await momentPictures(video, dataDir, middlesOf(truths, a, b), signal) : [],
    });
  }
  return { flipped: { measure: measure.column, samples } };
}

/** The true moment and what each run found first. */
function middlesOf(truths: readonly Span[], a: ScoredSample, b: ScoredSample): NamedMoment[] {
  const spans = { true: truths[0], A: firstMoment(a), B: firstMoment(b) };
  return Object.entries(spans).flatMap(([name, span]) => (span === undefined ? [] : [{ name, span }]));
}

function firstMoment({ prediction: { grounding } }: ScoredSample): Span | undefined {
  return grounding.state === 'read' ? grounding.value.guesses.spans[0] : undefined;
}

/** What a run said of a sample, and where it first looked. */
function said(run: 'A' | 'B', sample: ScoredSample): object {
  const { answer } = sample.prediction;
  const span = firstMoment(sample);
  return {
    ...(answer.state === 'read' ? { [`reply${run}`]: answer.value.reply } : {}),
    ...(span === undefined ? {} : { [`moment${run}`]: [span[0], span[1]] }),
  };
}

function compare(
  measure: Measure,
  pairs: readonly Pair[],
  options: Pick<EvalCompareRequest, 'resamples' | 'seed'>,
): EvalComparison['figures'] {
  const values = pairs
    .map(([a, b]) => [measure.of(a), measure.of(b)] as const)
    .filter(([a, b]) => !Number.isNaN(a) && !Number.isNaN(b));
  if (values.length === 0) return [];
  const differences = Float64Array.from(values, ([a, b]) => b - a);
  const [resampled = new Float64Array()] = resampledMeans([differences], options);
  const range = interval95(resampled) ?? { lowest: 0, highest: 0 };
  const onlyARight = values.filter(([a, b]) => a > b).length;
  const onlyBRight = values.filter(([a, b]) => b > a).length;
  const percent = (numbers: readonly number[]): number =>
    (numbers.reduce((sum, value) => sum + value, 0) / numbers.length) * 100;
  return [
    {
      name: measureName(measure),
      samples: values.length,
      a: percent(values.map(([a]) => a)),
      b: percent(values.map(([, b]) => b)),
      difference: percent([...differences]),
      lowest: range.lowest * 100,
      highest: range.highest * 100,
      ...(measure.isBinary
        ? { pValue: mcNemarPValue(onlyARight, onlyBRight), test: 'McNemar' as const, onlyARight, onlyBRight }
        : { pValue: bootstrapPValue(resampled), test: 'paired bootstrap' as const }),
    },
  ];
}
