import { usualAnswererBudget } from '../evaluation/benchmarks/settings.ts';
import type { SampleNoteKind } from '../evaluation/benchmarks/benchmark.ts';
import { definitionSkips, isOfRun } from '../evaluation/benchmarks/benchmark.ts';
import { Tallies } from '../evaluation/benchmarks/reading/tally.ts';
import { EngineError } from '../protocol/errors.ts';
import type { Handlers } from '../protocol/server.ts';
import type { EvaluationParts } from './evaluation-parts.ts';

type EvaluationMethods =
  | 'evalInspect'
  | 'evalSamples'
  | 'evalAsk'
  | 'evalFailure'
  | 'evalScore'
  | 'evalJudgeItems'
  | 'evalMetricItems'
  | 'evalReport'
  | 'evalVerdicts'
  | 'evalCompare'
  | 'evalTable'
  | 'evalPrompt'
  | 'evalReply'
  | 'evalConvert'
  | 'evalExportRuns'
  | 'evalExport';

/** Samples travel so many at a time. */
const samplesPerEvent = 200;

/**
 * The handlers of evaluation. All but `evalAsk` need no model.
 *
 * @param ask the handler of questions, which waits its turn
 */
export function evaluationHandlers(
  parts: EvaluationParts,
  ask: Handlers['ask'],
): Pick<Handlers, EvaluationMethods> {
  return {
    evalInspect: ({ benchmark, dataDir, ...options }, { signal }) =>
      parts.inspectBenchmark(benchmark, dataDir, { ...given(options), signal }),

    evalSamples: async ({ benchmark: key, dataDir, limit = Infinity, ...options }, { signal, report }) => {
      const benchmark = await parts.openBenchmark(key, { ...given(options), dataDir, signal });
      let items: Parameters<typeof report>[0]['items'] = [];
      let available = 0;
      const notes = new Tallies<SampleNoteKind>();
      for await (const item of benchmark.samples()) {
        // Behind the limit samples are counted and no more: figures of a part must say of how many.
        const isBehindLimit = available >= limit;
        if (isOfRun(item)) available++;
        if (isBehindLimit) continue;
        const { notes: odd = [] } = item.kind === 'sample' ? item : (item.sample ?? {});
        for (const { kind, detail } of odd) notes.add(kind, item.place, detail);
        items.push(
          item.kind === 'sample' ? item : { ...item, affectsFigures: !definitionSkips.includes(item.reason) },
        );
        if (items.length < samplesPerEvent) continue;
        report({ items });
        items = [];
      }
      report({ items });
      const { title, split, truth, settings } = benchmark;
      return {
        ...{ key: benchmark.key, title, split, truth, settings, available, notes: notes.list() },
        usualBudget: usualAnswererBudget,
      };
    },

    evalAsk: async (request, { signal }) => {
      const { framePaths } = request.sample;
      await using pictures =
        framePaths === undefined ? undefined : await parts.makePictureVideo(framePaths, signal);
      const { record, trace } = await ask(await parts.requestOfSample(request, pictures?.path), {
        signal,
        report: () => undefined,
      });
      if (trace === undefined) throw new EngineError('INTERNAL', 'A traced run came without its trace.');
      const prediction = await parts.writtenSample(request.sample, request.dataDir, { record, trace });
      return { prediction, timings: record.timings, warnings: record.warnings, record };
    },

    evalPrompt: async (request, { signal }) => {
      const { framePaths } = request.sample;
      await using pictures =
        framePaths === undefined ? undefined : await parts.makePictureVideo(framePaths, signal);
      return await parts.promptOfSample(request, pictures?.path, signal);
    },

    evalReply: async (request) => ({ prediction: await parts.repliedSample(request) }),

    evalFailure: async (request) => ({ prediction: await parts.failedSample(request) }),

    evalScore: (request, { signal, report }) =>
      parts.scorePredictions(request, { signal, onProgress: report }),

    evalJudgeItems: (request, { signal }) => parts.judgeItems(request, { signal }),

    evalMetricItems: (request, { signal }) => parts.metricItems(request, { signal }),

    evalVerdicts: (request, { signal }) => parts.sampleVerdicts(request, { signal }),

    evalReport: (request, { signal }) => parts.makeReport(request, { signal }),

    evalCompare: (request, { signal }) => parts.makeComparison(request, { signal }),

    evalTable: (request, { signal }) => parts.makeTable(request, { signal }),

    evalConvert: async ({ benchmark, dataDir, outPath, ...options }, { signal, report }) => {
      const { path, ...converted } = await parts.convertDataSet(benchmark, dataDir, outPath, {
        ...given(options),
        signal,
        onProgress: report,
      });
      return { ...converted, path };
    },

    evalExportRuns: (request, { signal }) => parts.exportCorrectedRuns(request, { signal }),

    evalExport: (request, { signal }) => parts.exportPredictions(request, { signal }),
  };
}

type Given<Fields> = { [Key in keyof Fields]: Exclude<Fields[Key], undefined> };

/** Options without those that were not given: the loaders tell the two apart. */
function given<Fields extends object>(options: Fields): Partial<Given<Fields>> {
  const present = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as Partial<Given<Fields>>;
}
