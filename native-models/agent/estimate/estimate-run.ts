import { outlinePackage } from '../../checkpoints/package-outline.ts';
import type { PackageOutline } from '../../checkpoints/package-outline.ts';
import { readSpoken } from '../shown/spoken.ts';
import type { Subtitle } from '../../media/subtitles/subtitle.ts';
import type { Video } from '../../media/video.ts';
import type { AskRequest } from '../../protocol/ask-request.ts';
import { throwIfCancelled } from '../../protocol/errors.ts';
import type { RunForecast } from '../../protocol/run-forecast.ts';
import type { RoleEstimate, RunEstimate } from '../../protocol/run-estimate.ts';
import type { RunWarning } from '../../protocol/run-record.ts';
import { createMediaReader } from '../media-reader.ts';
import { requireVideoMind } from '../reasoner/run-reasoner.ts';
import { checkFamily, selectBounds } from '../request-checks.ts';
import { rolesOf } from '../roles/role-selection.ts';
import type { Agent } from '../agent.ts';
import type { KeptFeatures } from '../caches/kept-features/kept-features.ts';
import type { VideoReader } from '../run.ts';
import type { LookingRun } from '../search/role-look.ts';
import { chooseSearch } from '../search/choose-search.ts';
import { pairsOf } from '../search/search-grid.ts';
import { layOut, planSearch } from '../search/search-plan.ts';
import type { SearchPlan, WindowsPlan } from '../search/search-plan.ts';
import { estimateMemory } from './memory.ts';
import type { ReadView } from './memory.ts';
import { tokensPerPair } from '../shown/clip.ts';
import { forecastOf, planRoles } from './forecast.ts';
import { keptOf, keptOnDisk } from './kept-work.ts';
import type { PaceBook } from './pace.ts';
import { viewOf } from './role-views.ts';

/** Frames farther apart than this leave room for events that none of them shows. */
const sparseSec = 2;

/** What estimates are made with; other readers in tests. */
export interface EstimateOptions {
  readonly reader?: Pick<VideoReader, 'probe' | 'readSubtitles'>;
  readonly signal?: AbortSignal | undefined;
  /** Memory that this process may still take and that it has: the run's can be both. */
  readonly availableMemoryBytes?: number;
  /** How fast packages were here; absent: times are not told. */
  readonly paces?: PaceBook | undefined;
  /** What is on disk of videos. */
  readonly keptFeatures?: KeptFeatures | undefined;
  /** The agent around the package, where it is open: it remembers more than the disk. */
  readonly opened?: Agent | undefined;
}

/**
 * Says what a question would show each role and need, with the very code that the roles choose their frames and write
 * their prompts with. No weights are opened and nothing is decoded but the first frame, by probing. The question may
 * still be empty.
 *
 * @throws EngineError as asking does, for what can be known before: of package, video, range, roles and subtitles.
 */
export async function estimateRun(request: AskRequest, options: EstimateOptions = {}): Promise<RunEstimate> {
  const { reader = createMediaReader(), signal } = options;
  const availableMemoryBytes =
    options.availableMemoryBytes ?? process.availableMemory() + process.memoryUsage.rss();
  const model = await outlinePackage(request.modelPath);
  checkFamily(request, model);
  const verification = request.reasoner?.verification;
  const judge = verification === undefined ? undefined : await outlinePackage(verification.modelPath);
  if (judge !== undefined && verification !== undefined)
    requireVideoMind({ model: judge }, verification.candidates);
  const video = await reader.probe(request.videoPath, { signal, videoStream: request.videoStream });
  const spoken = await readSpoken(reader, request, video);
  throwIfCancelled(signal);
  const planned = (asked: AskRequest) => viewsOf(asked, video, { model, judge }, spoken.subtitles);
  const secondsOf = async (run: LookingRun) => {
    const time =
      judge === undefined ? await timeOf(run, planned(run.request).views, model, options) : undefined;
    return time?.seconds;
  };
  const chosen = await chooseSearch(planned(request).run, secondsOf);
  const { views, plan, run, warnings: notes } = planned(chosen.request);
  const warnings = [...notes, ...spoken.warnings, ...chosen.warnings];
  const memoryBytes = estimateMemory(views, judge === undefined ? [model] : [model, judge]);
  const roles = views.map((view) => roleEstimate(view, video, plan));
  const time = judge === undefined ? await timeOf(run, views, model, options) : undefined;
  return {
    roles,
    ...(time === undefined ? {} : { time }),
    memoryBytes,
    availableMemoryBytes,
    warnings: [...warnings, ...sparseWarning(roles), ...memoryWarning(memoryBytes, availableMemoryBytes)],
  };
}

function viewsOf(
  request: AskRequest,
  video: Video,
  { model, judge }: { readonly model: PackageOutline; readonly judge: PackageOutline | undefined },
  subtitles: readonly Subtitle[],
): {
  readonly run: LookingRun;
  readonly views: ReadView[];
  readonly plan: SearchPlan;
  readonly warnings: readonly RunWarning[];
} {
  const { roles, warnings } = rolesOf(request, model);
  const bounds = selectBounds(video, request);
  const run: LookingRun = { model, request, video, roles, bounds };
  const plan = roles.includes('grounder') ? planSearch(run) : ({ mode: 'whole' } as const);
  const views = roles.map((role): ReadView => {
    const readBy = role === 'reasoner' ? model : (judge ?? model);
    return { ...viewOf({ ...run, model: readBy }, role, subtitles), model: readBy };
  });
  return { run, views, plan, warnings };
}

/** How long it will take, where the package was measured before. */
async function timeOf(
  run: LookingRun,
  views: readonly ReadView[],
  model: PackageOutline,
  { paces, keptFeatures, opened }: EstimateOptions,
): Promise<RunForecast | undefined> {
  const pace = await paces?.find(model.checksum, run.request);
  if (pace === undefined) return undefined;
  const kept =
    opened === undefined ? keptOnDisk(keptFeatures, pace, model.network) : keptOf(opened.workspace);
  await kept.open(run.video);
  const forecast = forecastOf(await planRoles(run, views, kept), pace);
  const openSec = opened === undefined ? pace.openSec : 0;
  return forecast === undefined ? undefined : { ...forecast, seconds: forecast.seconds + openSec };
}

function roleEstimate(view: ReadView, video: Video, plan: SearchPlan): RoleEstimate {
  if (view.role === 'grounder' && plan.mode === 'windows') return searchEstimate(view, plan);
  const { role, shown, model } = view;
  // A single image stands twice in its pair.
  const indices = [...new Set(shown.clips.flatMap(({ frameIndices }) => frameIndices))];
  const visual = shown.clips.reduce(
    (sum, clip) => sum + clip.grid[0] * tokensPerPair(clip, model.network),
    0,
  );
  const timeOf = (index: number | undefined) =>
    index === undefined ? 0 : (video.frameTimesSec[index] ?? video.durationSec);
  const spanSec = timeOf(indices.at(-1)) - timeOf(indices[0]);
  return {
    role,
    frames: indices.length,
    intervalSec: indices.length > 1 ? spanSec / (indices.length - 1) : 0,
    tokensPerFrame: indices.length === 0 ? 0 : visual / indices.length,
    promptTokens: shown.tokenIds.length,
  };
}

/** The grounder's share of a search: each frame of the grid once, each window's prompt, and the coarse looks before. */
function searchEstimate({ role, shown, model }: ReadView, plan: WindowsPlan): RoleEstimate {
  const { grid, windows, looks } = layOut(plan);
  const [clip] = shown.clips;
  const pairTokens = clip === undefined ? 0 : tokensPerPair(clip, model.network);
  const textTokens = shown.tokenIds.length - (clip?.grid[0] ?? 0) * pairTokens;
  const shownPairs = [...windows.map(pairsOf), ...looks].map(({ length }) => length);
  return {
    role,
    frames: new Set(grid.frameIndices).size,
    intervalSec: 1 / plan.sampleFps,
    tokensPerFrame: pairTokens / model.network.temporalPatchSize,
    promptTokens: shownPairs.reduce((sum, pairs) => sum + textTokens + pairs * pairTokens, 0),
    windows: windows.length,
  };
}

/** About the role that moments or answers hang on, where it looks at everything. */
function sparseWarning(roles: readonly RoleEstimate[]): RunWarning[] {
  const [told] = [...roles].sort((one, other) => importance(one) - importance(other));
  if (told === undefined || told.intervalSec <= sparseSec) return [];
  const seconds = told.intervalSec < 10 ? told.intervalSec.toFixed(1) : String(Math.round(told.intervalSec));
  return [
    {
      code: 'FRAMES_SPARSE',
      message: `The ${told.role} sees one frame every ${seconds} s: shorter events may be missed.`,
    },
  ];
}

function importance({ role }: RoleEstimate): number {
  return ['grounder', 'reasoner', 'answerer', 'verifier', 'planner'].indexOf(role);
}

function memoryWarning(neededBytes: number, availableBytes: number): RunWarning[] {
  if (neededBytes <= availableBytes) return [];
  const inGigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  return [
    {
      code: 'MEMORY_SHORT',
      message: `This needs about ${inGigabytes(neededBytes)} GB of memory; ${inGigabytes(availableBytes)} GB are free.`,
    },
  ];
}
