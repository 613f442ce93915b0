import { roleNames } from '../../../native-models/protocol/roles.ts';
import type { Role } from '../../../native-models/protocol/roles.ts';

const needGrounder: readonly Role[] = ['planner', 'verifier'];

/**
 * Roles after one was switched, by the engine's rules: the grounder or the answerer is needed, the verifier and the planner
 * need the grounder. What a role needs comes on with it, what needs it goes off with it.
 * The same list when it cannot be switched off: nothing would be left to run.
 */
export function switchRole(roles: readonly Role[], role: Role, available: readonly Role[]): readonly Role[] {
  if (!available.includes(role)) return roles;
  const chosen = new Set(roles);
  if (chosen.has(role)) {
    chosen.delete(role);
    if (role === 'grounder') for (const other of needGrounder) chosen.delete(other);
    if (!chosen.has('grounder') && !chosen.has('answerer')) return roles;
  } else {
    chosen.add(role);
    if (needGrounder.includes(role)) {
      if (!available.includes('grounder')) return roles;
      chosen.add('grounder');
    }
  }
  return roleNames.filter((name) => chosen.has(name));
}

/** True when the role is on and has to stay: it is the last one that finds or answers anything. */
export function isNeeded(roles: readonly Role[], role: Role): boolean {
  return roles.includes(role) && switchRole(roles, role, roleNames) === roles;
}
