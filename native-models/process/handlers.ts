import type { AskRequest } from '../protocol/ask-request.ts';
import type { Handlers } from '../protocol/server.ts';
import { throwIfCancelled } from '../protocol/errors.ts';
import { evaluationHandlers } from './evaluation-handlers.ts';
import type { EngineParts } from './engine-parts.ts';
import { JobQueue } from './job-queue.ts';
import { failureOfDevice } from './device-failure.ts';
import { ModelKeeper } from './model-keeper.ts';
import type { OpenModel } from './model-keeper.ts';

/** One handler per method. Whatever computes waits its turn; questions about the engine itself are answered at once. */
export function createHandlers(parts: EngineParts): Handlers {
  const queue = new JobQueue();
  const keeper = new ModelKeeper(parts);
  /** Of questions that wait or are worked on, by the names that they were given. */
  const settling = new Map<string, AbortController>();
  const ask: Handlers['ask'] = (given, { signal, report }) => {
    // Before its turn: a person may have seen enough while the model opens.
    const settle = settlingOf(settling, given.runId);
    const asked = queue.run(signal, async () => {
      const request = await withNamedTools(given);
      const { verification, tools } = request.reasoner ?? {};
      const verifierPath = verification?.modelPath ?? tools?.packagePath;
      const { device, runtime, threads } = request;
      const verifierChoice =
        verifierPath === undefined ? [] : [{ modelPath: verifierPath, device, runtime, threads }];
      const choices = [request, ...verifierChoice];
      const askOnce = async ([kept, verifier]: readonly [OpenModel, ...OpenModel[]]) => {
        throwIfCancelled(signal);
        const options = { onEvent: report, signal, settle, videoMind: verifier?.agent };
        const { record, trace } = await kept.agent.ask(request, options);
        return trace === undefined ? { record } : { record, trace };
      };
      const opened = await keeper.openAll(choices);
      try {
        return await askOnce(opened);
      } catch (thrown) {
        // A device that was lost on the way costs time, not the answer.
        const failed = opened.map(({ model }) => failureOfDevice(thrown, model)).find(Boolean);
        if (failed === undefined) throw thrown;
        keeper.distrust(failed);
        return await askOnce(await keeper.openAll(choices));
      }
    });
    return asked.finally(() => settling.delete(given.runId ?? ''));
  };
  return {
    ask,
    settle: ({ runId }) => {
      const controller = settling.get(runId);
      controller?.abort();
      return Promise.resolve({ found: controller !== undefined });
    },
    estimate: async (request, { signal }) => {
      const opened = (await keeper.find(request))?.agent;
      return parts.estimateRun(await withNamedTools(request), { signal, opened });
    },
    prepare: ({ whenIdle, ...request }, { signal, report }) => {
      const work = async (until: AbortSignal) => {
        const { device, runtime, threads } = request;
        const { agent } = await keeper.open({ modelPath: request.modelPath, device, runtime, threads });
        return agent.prepare(request, { signal: until, onProgress: report });
      };
      return whenIdle === true ? queue.runWhenIdle(signal, work) : queue.run(signal, () => work(signal));
    },
    ...evaluationHandlers(parts.evaluation, ask),
    import: (request, { signal, report }) =>
      queue.run(signal, () => parts.importCheckpoint(request, { onProgress: report, signal })),
    load: (choice, { signal }) =>
      queue.run(signal, async () => {
        const startMs = performance.now();
        const { model } = await keeper.open(choice);
        return {
          name: model.name,
          checksum: model.checksum,
          precision: model.precision,
          device: model.device,
          roles: [...model.roles],
          reasons: model.reasoner !== undefined,
          ...(model.reasoner === undefined ? { answererBudget: model.promptSet.budgets.answerer } : {}),
          toy: model.toy,
          durationSec: (performance.now() - startMs) / 1000,
          warnings: [...model.warnings],
        };
      }),
    inspect: ({ path }) => parts.inspectFolder(path),
    keptFeatures: () => parts.keptFeatures(),
    keptFeaturesChange: (change) => parts.changeKeptFeatures(change),
    doctor: () => parts.examineMachine(),
    memory: () => {
      const usage = process.memoryUsage();
      return Promise.resolve({
        residentBytes: usage.rss,
        // The system counts in KiB.
        peakResidentBytes: process.resourceUsage().maxRSS * 1024,
        heapBytes: usage.heapUsed,
      });
    },
    ping: () => Promise.resolve({ processId: process.pid }),
  };
}

function settlingOf(
  settling: Map<string, AbortController>,
  runId: string | undefined,
): AbortSignal | undefined {
  if (runId === undefined) return undefined;
  const controller = new AbortController();
  settling.set(runId, controller);
  return controller.signal;
}

/** The request with the protocol of a preset in place of its name. @throws EngineError TOOLS_INVALID */
async function withNamedTools(request: AskRequest): Promise<AskRequest> {
  const { reasoner } = request;
  if (reasoner?.tools?.preset === undefined) return request;
  const { withPreset } = await import('../agent/reasoner/tools/presets/presets.ts');
  return { ...request, reasoner: { ...reasoner, tools: await withPreset(reasoner.tools) } };
}
