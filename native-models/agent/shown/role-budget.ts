import type { Budget } from '../../checkpoints/manifest.ts';
import type { Role } from '../../protocol/roles.ts';
import type { PromptedRun } from './show.ts';

/** The fewest frames that are still seen as something that changes: two pairs. */
const fewestFrames = 4;

/**
 * What of its budget of frames a role keeps at `fast`. The planner only decides whether to look for a moment; the verifier has
 * fewer of a long stretch, and all that its rate gives of a short one. The grounder finds what it sees and the
 * answerer reads one moment: theirs are not thinned out.
 */
const fastShare: Readonly<Partial<Record<Role, number>>> = { planner: 1 / 2, verifier: 1 / 2 };

/**
 * How many frames a role is shown, and of how many tokens: as the checkpoint was trained, except that published benchmarks change
 * what the answerer is shown. `fast` stays within the same bounds, at their lower end: frames as small as the role may be shown them.
 */
export function budgetOf({ request, model }: PromptedRun, role: Role): Budget {
  const fixed = role === 'answerer' ? request.benchmark?.answererBudget : undefined;
  const budget = fixed ?? model.promptSet.budgets[role];
  return request.speed === 'fast' && fixed === undefined ? sparing(budget, fastShare[role] ?? 1) : budget;
}

function sparing(budget: Budget, share: number): Budget {
  const { maxFrames, minTokens } = budget;
  const kept = 2 * Math.ceil((maxFrames * share) / 2);
  return {
    ...budget,
    maxFrames: Math.min(maxFrames, Math.max(fewestFrames, kept)),
    maxTokens: minTokens,
  };
}
