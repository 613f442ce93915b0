import type { LoadedModel } from '../checkpoints/loaded-model.ts';
import type { AskRequest } from '../protocol/ask-request.ts';
import { throwIfCancelled, toEngineError } from '../protocol/errors.ts';
import type { RunEvent } from '../protocol/run-events.ts';
import type { RunRecord } from '../protocol/run-record.ts';
import type { RunTrace } from '../protocol/run-trace.ts';
import { CacheBudget } from './caches/cache-budget.ts';
import type { CacheCounts, CacheKind } from './caches/cache-budget.ts';
import { runChain } from './chain.ts';
import type { ChainResult } from './chain.ts';
import { prepareFrameFolder } from './shown/frame-saving.ts';
import { mediaReader } from './media-reader.ts';
import { PrefixCache } from './caches/prefix-cache.ts';
import { checkQuestion, questionWarnings, selectBounds } from './request-checks.ts';
import { selectRoles } from './roles/role-selection.ts';
import { RunJournal } from './run-journal.ts';
import type { Run, VideoReader } from './run.ts';
import { VisionFeatures } from './caches/vision-features.ts';

/** How an agent is set up. */
export interface AgentOptions {
  /** Memory for what is kept between questions, in bytes. */
  readonly cacheBudgetBytes?: number;
  /** Where videos are read; stand-ins in tests. */
  readonly reader?: VideoReader;
}

/** How one question is asked. */
export interface AskOptions {
  readonly onEvent?: (event: RunEvent) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The agent around one loaded model. Ask one question at a time. */
export interface Agent {
  /**
   * Asks a question of a video. The trace comes when the request asks for it.
   *
   * @throws EngineError; CANCELLED when the signal was aborted. The agent can be asked again after any error.
   */
  ask(
    request: AskRequest,
    options?: AskOptions,
  ): Promise<{ readonly record: RunRecord; readonly trace?: RunTrace }>;
  /** Forgets what was kept; that only costs time. */
  dropCaches(): void;
  /** Bytes kept between questions, and the most that may be. */
  memory(): {
    readonly visionFeatureBytes: number;
    readonly prefixBytes: number;
    readonly budgetBytes: number;
  };
}

/** Keeps the prefixes of planner and grounder at 2B size with the features of a video. */
const defaultCacheBudgetBytes = 640 * 2 ** 20;

/** Sets up the Chain-of-LoRA agent around a loaded model. */
export function createAgent(model: LoadedModel, options: AgentOptions = {}): Agent {
  const { cacheBudgetBytes = defaultCacheBudgetBytes, reader = mediaReader } = options;
  const budget = new CacheBudget(cacheBudgetBytes);
  const visionFeatures = new VisionFeatures(budget, model.vision);
  const prefixes = new PrefixCache(budget, model.language, model.network.hiddenSize);

  function dropCaches(): void {
    visionFeatures.clear();
    prefixes.clear();
  }

  async function openRun(
    request: AskRequest,
    journal: RunJournal,
    signal: AbortSignal | undefined,
  ): Promise<Run> {
    checkQuestion(request);
    const { roles, warnings } = selectRoles(request.roles, model.roles);
    const video = await journal.time('probe', () => reader.probe(request.videoPath, { signal }));
    const bounds = selectBounds(video, request);
    if (request.saveFramesPath !== undefined) await prepareFrameFolder(request.saveFramesPath);
    journal.emit({ type: 'started', roles: [...roles], durationSec: video.durationSec });
    const notes = questionWarnings(request, model.tokenizer);
    for (const warning of [...model.warnings, ...warnings, ...video.warnings, ...notes])
      journal.warn(warning);
    return { model, request, roles, video, bounds, visionFeatures, prefixes, reader, journal, signal };
  }

  return {
    async ask(request, { onEvent = () => undefined, signal } = {}) {
      const journal = new RunJournal(onEvent);
      const before = cacheCounts(budget);
      try {
        throwIfCancelled(signal);
        const run = await openRun(request, journal, signal);
        const { subtitlesPath } = request;
        const subtitles = subtitlesPath === undefined ? [] : await reader.readSubtitles(subtitlesPath);
        const result = await runChain(run, subtitles);
        const record = recordOf(run, result);
        const caches = cachesSince(before, budget);
        return request.trace ? { record, trace: { ...result.trace, caches } } : { record };
      } catch (error) {
        throwIfCancelled(signal);
        throw toEngineError(error);
      } finally {
        // Frames that stood in for others depend on what was asked for, and a second run has to warn of them too.
        if (journal.hasWarned('VIDEO_DECODE_FAILED')) dropCaches();
        prefixes.dropScratch();
      }
    },
    dropCaches,
    memory: () => ({
      visionFeatureBytes: budget.counts('visionFeatures').bytes,
      prefixBytes: budget.counts('prefixes').bytes,
      budgetBytes: budget.limitBytes,
    }),
  };
}

function recordOf(run: Run, result: ChainResult): RunRecord {
  const { model, request, video } = run;
  const { path, durationSec, fps, totalFrames, width, height } = video;
  const [best] = result.candidates;
  return {
    schemaVersion: 1,
    question: request.question,
    ...(request.options === undefined ? {} : { options: request.options }),
    roles: [...run.roles],
    precision: model.precision,
    device: model.device,
    model: { name: model.name, path: model.path, checksum: model.checksum },
    video: { path, durationSec, fps, totalFrames, width, height },
    ...(result.plan === undefined ? {} : { plan: result.plan }),
    candidates: result.candidates,
    ...(best === undefined ? {} : { moment: { startSec: best.startSec, endSec: best.endSec } }),
    ...(result.answer === undefined ? {} : { answer: result.answer }),
    ...run.journal.summary(),
  };
}

type CountsByKind = Readonly<Record<CacheKind, CacheCounts>>;

function cacheCounts(budget: CacheBudget): CountsByKind {
  return { visionFeatures: budget.counts('visionFeatures'), prefixes: budget.counts('prefixes') };
}

/** What the caches did in one run. */
function cachesSince(before: CountsByKind, budget: CacheBudget): NonNullable<RunTrace['caches']> {
  const now = cacheCounts(budget);
  const during = (kind: CacheKind): CacheCounts => ({
    hits: now[kind].hits - before[kind].hits,
    misses: now[kind].misses - before[kind].misses,
    evictions: now[kind].evictions - before[kind].evictions,
    bytes: now[kind].bytes,
  });
  return {
    visionFeatures: during('visionFeatures'),
    prefixes: during('prefixes'),
    budgetBytes: budget.limitBytes,
  };
}
