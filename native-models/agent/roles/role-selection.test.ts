import { expect, test } from 'vitest';
import { roleNames } from '../../protocol/roles.ts';
import type { Role } from '../../protocol/roles.ts';
import { selectJudges, selectReasonerRoles, selectRoles } from './role-selection.ts';

test('all roles of a package run, in their order', () => {
  expect(selectRoles(undefined, ['verifier', 'answerer', 'planner', 'grounder']).roles).toEqual(roleNames);
  expect(selectRoles(['answerer', 'grounder'], roleNames)).toEqual({
    roles: ['grounder', 'answerer'],
    warnings: [],
  });
});

test.each<Role[][]>([
  [[]],
  [['planner']],
  [['verifier']],
  [['planner', 'answerer']],
  [['verifier', 'answerer']],
])('asking for %j is refused', (asked) => {
  expect(() => selectRoles(asked, roleNames)).toThrow(expect.objectContaining({ code: 'ROLES_INVALID' }));
});

test('moments that are given need a verifier alone, and an answerer only where it is asked for', () => {
  expect(selectJudges(undefined, roleNames).roles).toEqual(['verifier']);
  expect(selectJudges(['verifier', 'answerer'], roleNames).roles).toEqual(['verifier', 'answerer']);
  expect(() => selectJudges(undefined, ['grounder', 'answerer'])).toThrow('which the package lacks');
});

test('a role that the package lacks is left out with a warning, and so are those that need it', () => {
  const { roles, warnings } = selectRoles(['planner', 'grounder', 'answerer'], ['planner', 'answerer']);
  expect(roles).toEqual(['answerer']);
  expect(warnings.map((warning) => warning.message)).toEqual([
    'The planner does not run: it needs the grounder, which the package lacks.',
    'The grounder does not run: the package lacks it.',
  ]);
});

test('a package that has nothing that was asked for is refused', () => {
  expect(() => selectRoles(['grounder'], ['answerer'])).toThrow('the package has answerer');
});

test('a bare base answers without a word about the roles it never had', () => {
  expect(selectRoles(undefined, ['answerer'])).toEqual({ roles: ['answerer'], warnings: [] });
});

test('a model that reasons aloud speaks alone, or with those that find or verify moments for it', () => {
  const beside = { modelPath: '/v', answerFrom: 'whole' } as const;
  expect(selectReasonerRoles(undefined).roles).toEqual(['reasoner']);
  expect(selectReasonerRoles({ ...beside, candidates: 'said' }).roles).toEqual(['reasoner', 'verifier']);
  expect(selectReasonerRoles({ ...beside, candidates: 'grounded' }).roles).toEqual([
    ...['grounder', 'verifier', 'reasoner'],
  ]);
});
