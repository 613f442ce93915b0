import type { Preparation } from '../protocol/preparation.ts';
import type { Role, Speaker } from '../protocol/roles.ts';
import { reasonerBudget } from './reasoner/budget.ts';
import { chooseReasonerClip } from './reasoner/reasoner-clip.ts';
import { askedOf } from './reasoner/run-reasoner.ts';
import type { Run } from './run.ts';
import { framesOfPairs, pairsOf } from './search/search-grid.ts';
import { layOut, planSearch } from './search/search-plan.ts';
import type { Clip } from './shown/clip.ts';
import { featureWork, framePairs, readShown } from './shown/read-shown.ts';
import { clipFor, clipOf } from './shown/show.ts';
import type { ShownVideo } from './shown/show.ts';
import { chainShown } from './estimate/role-views.ts';

/** Frames that somebody will look at whatever is asked, and who. */
interface ExpectedLook {
  readonly role: Speaker;
  readonly weights: Role;
  readonly clip: Clip;
  /** What is read whatever is asked: keys and values of it are kept, too. */
  readonly shown?: ShownVideo;
}

/**
 * Decodes and encodes ahead what is looked at of a video whatever is asked: all that the planner and the grounder see, window by
 * window where it will be searched so; what they see of all of it at once they also read. What they point others to is not known before a question.
 */
export async function prepareVideo(
  run: Run,
  onProgress: (donePairs: number, totalPairs: number) => void,
): Promise<Preparation> {
  const looks = expectedLooks(run);
  const named = looks.map((look) => {
    const pairs = framePairs(run, look, look.clip);
    return { look, pairs, keys: run.visionFeatures.keys(pairs) };
  });
  const total = new Set(named.flatMap(({ keys }) => keys)).size;
  const done = new Set<string>();
  let encoded = 0;
  for (const { look, pairs, keys } of named) {
    const missing = run.visionFeatures.missingPairs(pairs);
    const work = featureWork(run, look, look.clip, 0);
    const known = done.size;
    const features = await run.visionFeatures.load(pairs, {
      ...work,
      persists: true,
      onProgress: (pairsDone) => onProgress(Math.min(total, known + pairsDone), total),
    });
    run.visionFeatures.release(features);
    if (look.shown !== undefined) {
      const rule = { keep: 'always', withFrameStates: look.role === 'grounder', onDisk: true } as const;
      await readShown(run, look.shown, rule, () => Promise.resolve());
    }
    encoded += missing;
    for (const key of keys) done.add(key);
  }
  onProgress(total, total);
  const { path: videoPath, durationSec } = run.video;
  return { videoPath, durationSec, pairs: total, encodedPairs: encoded };
}

function expectedLooks(run: Run): ExpectedLook[] {
  const { reasoner } = run.model;
  if (reasoner !== undefined) {
    const { startSec, endSec } = run.request;
    const span = startSec !== undefined || endSec !== undefined ? run.bounds : {};
    const clip = chooseReasonerClip(run.model, run.video, span, reasonerBudget(reasoner, askedOf(run)));
    return [{ role: 'reasoner', weights: 'answerer', clip }];
  }
  const runs = (role: Role) => run.roles.includes(role);
  const whole = (role: Role): ExpectedLook => {
    if (role === 'answerer') return { role, weights: role, clip: clipFor(run, role, run.bounds) };
    const shown = chainShown(run, role, []);
    return { role, weights: role, clip: shown.clip, shown };
  };
  const looks = runs('planner') ? [whole('planner')] : [];
  if (!runs('grounder')) return runs('answerer') ? [...looks, whole('answerer')] : looks;
  const plan = planSearch(run);
  if (plan.mode === 'whole') return [...looks, whole('grounder')];
  const { grid, windows } = layOut(plan);
  const clips = windows.map((window) => clipOf(run, 'grounder', framesOfPairs(grid, pairsOf(window))));
  return [
    ...looks,
    ...clips.map((clip) => ({ role: 'grounder' as const, weights: 'grounder' as const, clip })),
  ];
}
