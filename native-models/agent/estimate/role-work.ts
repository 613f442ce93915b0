import { noWork, sumOf } from './amounts.ts';
import type { Amounts } from './amounts.ts';
import { framePairs, promptContent } from '../shown/read-shown.ts';
import { framesOfPairs, pairsOf } from '../search/search-grid.ts';
import { layOut, planSearch } from '../search/search-plan.ts';
import { clipOf } from '../shown/show.ts';
import type { Shown } from '../shown/show.ts';
import { tokensPerPair } from '../shown/clip.ts';
import type { Clip } from '../shown/clip.ts';
import type { LookingRun } from '../search/role-look.ts';
import { shortlistSize } from '../search/search-moments.ts';
import type { FramePairs } from '../caches/feature-work.ts';
import type { PrefixContent } from '../caches/prefix-cache.ts';
import type { Speaker } from '../../protocol/roles.ts';
import type { RoleView } from './role-views.ts';

/** What is there of earlier questions. */
export interface KeptWork {
  /** Names of features that a role needs, and those of them that are not there. */
  readonly keys: (pairs: FramePairs) => readonly string[];
  readonly missingKeys: (pairs: FramePairs) => ReadonlySet<string>;
  /** Tokens of a prompt that need not be read. */
  readonly reusable: (content: PrefixContent, onDisk: boolean) => Promise<number>;
}

/** What a role will be shown once or several times; `anywhere`: nobody knows where, so that nothing of it has been read. */
interface PlannedLook {
  readonly shown: Shown;
  readonly times: number;
  readonly anywhere: boolean;
  readonly onDisk: boolean;
}

/** What roles will have to do, as far as nothing is there of earlier questions and of the roles before them. */
export async function plannedWork(
  run: LookingRun,
  views: readonly RoleView[],
  kept: KeptWork,
): Promise<Map<Speaker, Amounts>> {
  const planned = new Map<Speaker, Amounts>();
  /** Features that roles before need, too. */
  const coming = new Set<string>();
  for (const { role, shown } of views) {
    let work = noWork;
    for (const look of looksOf(run, role, shown)) work = sumOf(work, await workOf(run, look, kept, coming));
    planned.set(role, work);
  }
  return planned;
}

function looksOf(run: LookingRun, role: Speaker, shown: Shown): PlannedLook[] {
  const once = { shown, times: 1, anywhere: false, onDisk: false };
  const { request, roles } = run;
  const plan = roles.includes('grounder') ? planSearch(run) : undefined;
  if (role === 'verifier') {
    const found = shortlistSize(request.candidates, plan?.mode === 'windows');
    return [{ ...once, anywhere: true, times: request.claims?.length ?? found }];
  }
  if (role === 'answerer')
    return [{ ...once, anywhere: roles.includes('grounder') || request.claims !== undefined }];
  if (role !== 'grounder' || plan?.mode !== 'windows') return [{ ...once, onDisk: true }];
  const { grid, windows, looks } = layOut(plan);
  const seen = [...looks, ...windows.map(pairsOf)];
  return seen.map((pairs) => ({
    ...once,
    shown: shownWith(run, shown, clipOf(run, role, framesOfPairs(grid, pairs))),
  }));
}

/** The same words about another clip. */
function shownWith({ model }: LookingRun, shown: Shown, clip: Clip): Shown {
  const { videoPad } = model.network.tokens;
  const visual = new Array<number>(clip.grid[0] * tokensPerPair(clip, model.network)).fill(videoPad);
  const first = shown.tokenIds.indexOf(videoPad);
  const last = shown.tokenIds.lastIndexOf(videoPad);
  const tokenIds = [...shown.tokenIds.slice(0, first), ...visual, ...shown.tokenIds.slice(last + 1)];
  const { positions, ropeDelta } = model.family.positions(tokenIds, { videos: [{ grid: clip.grid }] });
  return { ...shown, clips: [clip], tokenIds, positions, ropeDelta };
}

async function workOf(
  run: LookingRun,
  { shown, times, anywhere, onDisk }: PlannedLook,
  kept: KeptWork,
  coming: Set<string>,
): Promise<Amounts> {
  const { width, height } = run.video;
  const megapixelsPerPair = (2 * width * height) / 1e6;
  let [pairs, patches] = [0, 0];
  for (const clip of shown.clips) {
    const missing = kept.missingKeys(framePairs(run, shown, clip));
    const fresh = [...missing].filter((key) => !coming.has(key));
    for (const key of fresh) coming.add(key);
    const [, lines, columns] = clip.grid;
    pairs += times * fresh.length;
    patches += times * fresh.length * lines * columns;
  }
  const read =
    shown.tokenIds.length -
    (anywhere
      ? 0
      : await kept.reusable(
          promptContent(run, shown, (wanted) => kept.keys(wanted)),
          onDisk,
        ));
  return { decoded: pairs * megapixelsPerPair, encoded: patches, read: times * read, said: times };
}
