import type { PromptedModel } from '../../checkpoints/package-outline.ts';
import type { AskRequest } from '../../protocol/ask-request.ts';
import { EngineError } from '../../protocol/errors.ts';
import { roleNames } from '../../protocol/roles.ts';
import type { VerificationRequest } from '../../protocol/reasoner-request.ts';
import type { Role, Speaker } from '../../protocol/roles.ts';
import type { RunWarning } from '../../protocol/run-record.ts';

/** Who speaks in a run, in that order, and what to tell about those left out. */
export interface RoleSelection<Name extends Speaker = Role> {
  readonly roles: readonly Name[];
  readonly warnings: readonly RunWarning[];
}

/** Who speaks in a run. @throws EngineError ROLES_INVALID */
export function rolesOf(
  request: Pick<AskRequest, 'claims' | 'roles' | 'candidates' | 'reasoner'>,
  model: Pick<PromptedModel, 'reasoner' | 'roles'>,
): RoleSelection<Speaker> {
  if (model.reasoner !== undefined) return selectReasonerRoles(request.reasoner?.verification);
  if (request.claims !== undefined) return selectJudges(request.roles, model.roles);
  return selectRoles(request.roles, model.roles, request.candidates);
}

/**
 * Which roles run: those asked for (all, if none are named) that the package has, by the rules of the chain:
 * at least grounder or answerer; the verifier and the planner need the grounder.
 *
 * A request that breaks the rules is refused. A role that the package lacks is left out with a warning, and so is one
 * that needs it, and a verifier that has nothing to choose between.
 *
 * @param candidates moments that are kept at most
 * @throws EngineError ROLES_INVALID
 */
export function selectRoles(
  asked: readonly Role[] | undefined,
  present: readonly Role[],
  candidates = Infinity,
): RoleSelection {
  if (asked !== undefined) refuseBrokenRules(asked);
  const wanted = roleNames.filter((role) => asked === undefined || asked.includes(role));
  const had = wanted.filter((role) => present.includes(role));
  const roles = had.filter((role) => missingFor(role, had) === undefined);
  if (!roles.includes('grounder') && !roles.includes('answerer')) {
    throw new EngineError(
      'ROLES_INVALID',
      `Nothing is left to run: ${wanted.join(', ')} asked for, the package has ${present.join(', ')}.`,
    );
  }
  const leftOut = asked === undefined ? had : wanted;
  const warnings = leftOut
    .filter((role) => !roles.includes(role))
    .map((role) => ({
      code: 'ROLE_LEFT_OUT',
      message: had.includes(role)
        ? `The ${role} does not run: it needs the grounder, which the package lacks.`
        : `The ${role} does not run: the package lacks it.`,
    }));
  if (candidates > 1 || !roles.includes('verifier')) return { roles, warnings };
  return {
    roles: roles.filter((role) => role !== 'verifier'),
    warnings: [
      ...warnings,
      {
        code: 'ROLE_LEFT_OUT',
        message: 'The verifier does not run: one candidate leaves it nothing to choose between.',
      },
    ],
  };
}

/**
 * Who speaks where moments are given that are only to be judged: the verifier, and the answerer where it is asked for.
 *
 * @throws EngineError ROLES_INVALID where the package has no verifier
 */
export function selectJudges(asked: readonly Role[] | undefined, present: readonly Role[]): RoleSelection {
  if (!present.includes('verifier')) {
    throw new EngineError('ROLES_INVALID', 'Moments are judged by a verifier, which the package lacks.', {
      remedy: 'Name a VideoMind package that has one.',
    });
  }
  const answers = present.includes('answerer') && asked?.includes('answerer') === true;
  return { roles: answers ? ['verifier', 'answerer'] : ['verifier'], warnings: [] };
}

/** Who speaks where a model reasons aloud: itself, after those that find or before those that verify moments for it. */
export function selectReasonerRoles(verification: VerificationRequest | undefined): RoleSelection<Speaker> {
  const beside = {
    said: ['reasoner', 'verifier'],
    grounded: ['grounder', 'verifier', 'reasoner'],
  } as const;
  return { roles: verification === undefined ? ['reasoner'] : beside[verification.candidates], warnings: [] };
}

function refuseBrokenRules(asked: readonly Role[]): void {
  const list = asked.length === 0 ? 'no role' : asked.join(', ');
  if (!asked.includes('grounder') && !asked.includes('answerer')) {
    throw new EngineError('ROLES_INVALID', `Asked for ${list}: none of them finds a moment or answers.`);
  }
  for (const role of asked) {
    const missing = missingFor(role, asked);
    if (missing !== undefined) {
      throw new EngineError('ROLES_INVALID', `Asked for ${list}: the ${role} needs the ${missing}.`);
    }
  }
}

/** The role without which this one cannot run among `roles`. A verifier implies a grounder. */
function missingFor(role: Role, roles: readonly Role[]): Role | undefined {
  const needsGrounder = role === 'verifier' || role === 'planner';
  return needsGrounder && !roles.includes('grounder') ? 'grounder' : undefined;
}
