import { randomInt } from 'node:crypto';
import type { LoadedModel } from '../checkpoints/loaded-model.ts';
import type { ReasonerSettings } from '../checkpoints/manifest.ts';
import type { AskRequest } from '../protocol/ask-request.ts';
import { EngineError, throwIfCancelled, toEngineError } from '../protocol/errors.ts';
import { readSpoken } from './shown/spoken.ts';
import type { Preparation, PreparationProgress } from '../protocol/preparation.ts';
import type { RunEvent } from '../protocol/run-events.ts';
import type { RunRecord } from '../protocol/run-record.ts';
import type { RunTrace } from '../protocol/run-trace.ts';
import { CacheBudget } from './caches/cache-budget.ts';
import type { CacheCounts, CacheKind } from './caches/cache-budget.ts';
import { defaultCacheBudgetBytes, reasonerCacheBudgetBytes } from './cache-sizes.ts';
import { runChain } from './chain.ts';
import { prepareFrameFolder } from './shown/frame-saving.ts';
import { KeptPrefixes } from './caches/kept-prefixes.ts';
import { createMediaReader } from './media-reader.ts';
import { prepareVideo } from './prepare-video.ts';
import { PrefixCache } from './caches/prefix-cache.ts';
import { reason } from './reasoner/reason.ts';
import type { Reasoned } from './reasoner/reason.ts';
import { askedOf, requireVideoMind, runReasoner } from './reasoner/run-reasoner.ts';
import { chainRecord, reasonerRecord } from './record.ts';
import { checkFamily, checkQuestion, questionWarnings, selectBounds } from './request-checks.ts';
import { followedRangeNote } from './follow/followed-range.ts';
import { rolesOf } from './roles/role-selection.ts';
import { RunJournal } from './run-journal.ts';
import type { Run, VideoReader, Workspace } from './run.ts';
import type { KeptFeatures } from './caches/kept-features/kept-features.ts';
import { chooseSearch } from './search/choose-search.ts';
import { Foresight } from './estimate/foresight.ts';
import type { ForeseenRun } from './estimate/foresight.ts';
import type { PaceBook } from './estimate/pace.ts';
import { VisionFeatures } from './caches/vision-features.ts';
import { featuresOnDisk, weightsName } from './caches/features-on-disk.ts';

/** How an agent is set up. */
export interface AgentOptions {
  /** Memory for what is kept between questions, in bytes. */
  readonly cacheBudgetBytes?: number;
  /** Where videos are read; stand-ins in tests. */
  readonly reader?: VideoReader;
  /** Where features outlive the process; absent: nowhere. */
  readonly keptFeatures?: KeptFeatures | undefined;
  /** Where it is kept how fast packages are here; absent: times are neither told nor learnt. */
  readonly paces?: PaceBook | undefined;
  /** Seconds that opening the package took. */
  readonly openSec?: number;
}

/** How one question is asked. */
export interface AskOptions {
  readonly onEvent?: (event: RunEvent) => void;
  readonly signal?: AbortSignal | undefined;
  /** Aborted when the search is to end with what it has found up to now. */
  readonly settle?: AbortSignal | undefined;
  /** The VideoMind agent that finds or verifies moments for a reasoner, where the request wants one. */
  readonly videoMind?: Agent | undefined;
}

/** How a video is prepared. */
export interface PrepareOptions {
  readonly onProgress?: (progress: PreparationProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The agent around one loaded model. Ask one question at a time. */
export interface Agent {
  readonly workspace: Workspace;
  /**
   * Asks a question of a video. The trace comes when the request asks for it.
   *
   * @throws EngineError; CANCELLED when the signal was aborted. The agent can be asked again after any error.
   */
  ask(
    request: AskRequest,
    options?: AskOptions,
  ): Promise<{ readonly record: RunRecord; readonly trace?: RunTrace }>;
  /**
   * Asks a model that reasons aloud without any video.
   *
   * @throws EngineError as `ask`; ARGUMENT_INVALID for other models.
   */
  askWithoutVideo(request: Omit<AskRequest, 'videoPath'>, options?: AskOptions): Promise<Reasoned>;
  /**
   * Decodes and encodes ahead what any question about a video looks at.
   *
   * @throws EngineError as `ask`
   */
  prepare(request: AskRequest, options?: PrepareOptions): Promise<Preparation>;
  /** Forgets what was kept; that only costs time. */
  dropCaches(): void;
  /** Bytes kept between questions, and the most that may be. */
  memory(): {
    readonly visionFeatureBytes: number;
    readonly prefixBytes: number;
    readonly budgetBytes: number;
  };
}

/** Sets up the agent around a loaded model: the Chain-of-LoRA agent, or the one of a model that reasons aloud. */
export function createAgent(model: LoadedModel, options: AgentOptions = {}): Agent {
  const defaultBytes = model.reasoner === undefined ? defaultCacheBudgetBytes : reasonerCacheBudgetBytes;
  const { cacheBudgetBytes = defaultBytes, reader = createMediaReader() } = options;
  const budget = new CacheBudget(cacheBudgetBytes);
  const disk = featuresOnDisk(model, options.keptFeatures);
  const visionFeatures = new VisionFeatures(
    budget,
    model.vision,
    model.network.patchSize * model.network.mergeSize,
    disk,
  );
  const keptPrefixes = disk === undefined ? undefined : new KeptPrefixes(disk.kept, disk.weights);
  const prefixes = new PrefixCache(budget, model.language, model.network.hiddenSize, keptPrefixes);
  const workspace: Workspace = { model, visionFeatures, prefixes };
  const foresight =
    options.paces === undefined
      ? undefined
      : new Foresight(options.paces, workspace, weightsName(model), options.openSec ?? 0);

  function dropCaches(): void {
    visionFeatures.clear();
    prefixes.clear();
  }

  async function openRun(
    request: AskRequest,
    journal: RunJournal,
    signal: AbortSignal | undefined,
    choosesSearch: boolean,
  ): Promise<{ readonly run: Run; readonly foreseen: ForeseenRun | undefined }> {
    checkQuestion(request);
    checkFamily(request, model);
    const { roles, warnings } = rolesOf(request, model);
    const { videoPath, videoStream } = request;
    const video = await journal.time('probe', () => reader.probe(videoPath, { signal, videoStream }));
    const bounds = selectBounds(video, request);
    await visionFeatures.open(video);
    if (request.saveFramesPath !== undefined) await prepareFrameFolder(request.saveFramesPath);
    const asked: Run = { ...workspace, request, roles, video, bounds, reader, journal, signal };
    const chosen =
      foresight === undefined || !choosesSearch
        ? { request, warnings: [] }
        : await chooseSearch(asked, (planned) => foresight.secondsOf(planned));
    const run: Run = { ...asked, request: chosen.request };
    const foreseen = await foresight?.plan(run);
    journal.emit({
      ...{ type: 'started', roles: [...roles], durationSec: video.durationSec },
      ...(foreseen?.time === undefined ? {} : { time: foreseen.time }),
    });
    const notes = questionWarnings(request, model.tokenizer);
    for (const warning of [...model.warnings, ...warnings, ...video.warnings, ...notes, ...chosen.warnings])
      journal.warn(warning);
    const followed = followedRangeNote(
      request,
      bounds,
      selectBounds(video, { ...request, follows: undefined }),
    );
    if (followed !== undefined) journal.warn(followed);
    return { run, foreseen };
  }

  async function runAll(
    run: Run,
    videoMind: Workspace | undefined,
  ): Promise<{ readonly record: RunRecord; readonly trace: RunTrace }> {
    const { subtitles, warnings } = await readSpoken(reader, run.request, run.video);
    for (const warning of warnings) run.journal.warn(warning);
    if (model.reasoner === undefined) {
      const result = await runChain(run, subtitles);
      return { record: chainRecord(run, result), trace: result.trace };
    }
    const result = await runReasoner(run, model.reasoner, subtitles, videoMind);
    return { record: reasonerRecord(run, result, videoMind?.model), trace: result.trace };
  }

  /** What holds around any question: cancelling is told from failing, and nothing wrong is kept. */
  async function guarded<T>(
    journal: RunJournal,
    signal: AbortSignal | undefined,
    others: readonly Agent[],
    work: () => Promise<T>,
  ): Promise<T> {
    const models = [self, ...others].map((agent) => agent.workspace.model);
    try {
      throwIfCancelled(signal);
      for (const each of models) each.heed(signal);
      return await work();
    } catch (error) {
      throwIfCancelled(signal);
      throw toEngineError(error);
    } finally {
      for (const each of models) each.heed(undefined);
      // Frames that stood in for others depend on what was asked for, and a second run has to warn of them too.
      if (journal.hasWarned('VIDEO_DECODE_FAILED')) for (const agent of [self, ...others]) agent.dropCaches();
      for (const { workspace: used } of [self, ...others]) used.prefixes.dropScratch();
    }
  }

  const self: Agent = {
    workspace,
    async ask(asked, { onEvent = () => undefined, signal, settle, videoMind } = {}) {
      const journal = new RunJournal(onEvent);
      const before = cacheCounts(budget);
      const request = withVerification(withSeed(asked), videoMind);
      return guarded(journal, signal, videoMind === undefined ? [] : [videoMind], async () => {
        const { run: opened, foreseen } = await openRun(request, journal, signal, true);
        const run = { ...opened, settle };
        const { record, trace } = await runAll(run, videoMindFor(run, videoMind));
        await foreseen?.learn(journal);
        const caches = cachesSince(before, budget);
        return request.trace
          ? { record, trace: { ...trace, transfer: journal.transfers, caches } }
          : { record };
      });
    },
    async askWithoutVideo(asked, { onEvent = () => undefined, signal } = {}) {
      const journal = new RunJournal(onEvent);
      const request: AskRequest = { ...asked, videoPath: '' };
      return guarded(journal, signal, [], async () => {
        checkQuestion(request);
        checkFamily(request, model);
        const settings = requireReasoner(model);
        const run = { ...workspace, request, reader, journal, signal };
        return journal.time('reasoner', () => reason(run, settings, askedOf(run), undefined, ''));
      });
    },
    async prepare(request, { onProgress = () => undefined, signal } = {}) {
      const journal = new RunJournal(() => undefined);
      return guarded(journal, signal, [], async () => {
        // What takes long is what to prepare.
        const { run } = await openRun(request, journal, signal, false);
        return prepareVideo(run, (donePairs, totalPairs) => onProgress({ donePairs, totalPairs }));
      });
    },
    dropCaches,
    memory: () => ({
      visionFeatureBytes: budget.counts('visionFeatures').bytes,
      prefixBytes: budget.counts('prefixes').bytes,
      budgetBytes: budget.limitBytes,
    }),
  };
  return self;
}

/** Where sampling is wanted and no seed is given one is drawn, so that the record says how to repeat the run. */
function withSeed(request: AskRequest): AskRequest {
  if (request.temperature === 0 || request.seed !== undefined) return request;
  return { ...request, seed: randomInt(2 ** 31) };
}

/** A package that tools were given also looks at what the reply says at its end, if it can verify. */
function withVerification(request: AskRequest, videoMind: Agent | undefined): AskRequest {
  const { reasoner } = request;
  const modelPath = reasoner?.tools?.packagePath;
  if (reasoner === undefined || modelPath === undefined || reasoner.verification !== undefined)
    return request;
  if (videoMind?.workspace.model.roles.includes('verifier') !== true) return request;
  return {
    ...request,
    reasoner: { ...reasoner, verification: { modelPath, candidates: 'said', answerFrom: 'whole' } },
  };
}

function requireReasoner({ path, reasoner }: LoadedModel): ReasonerSettings {
  if (reasoner !== undefined) return reasoner;
  throw new EngineError('ARGUMENT_INVALID', `${path} can only be asked about a video.`);
}

/** The package that finds or verifies moments in this run. @throws EngineError ARGUMENT_INVALID, ROLES_INVALID */
function videoMindFor({ request }: Run, videoMind: Agent | undefined): Workspace | undefined {
  const { verification, tools } = request.reasoner ?? {};
  if (verification === undefined) return tools?.packagePath === undefined ? undefined : videoMind?.workspace;
  if (videoMind === undefined) throw new EngineError('INTERNAL', 'No package was opened to verify with.');
  requireVideoMind(videoMind.workspace, verification.candidates);
  return videoMind.workspace;
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
    equal: now[kind].equal - before[kind].equal,
    alike: now[kind].alike - before[kind].alike,
    bytes: now[kind].bytes,
  });
  return {
    visionFeatures: during('visionFeatures'),
    prefixes: during('prefixes'),
    budgetBytes: budget.limitBytes,
  };
}
