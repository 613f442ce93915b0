import { describe, expect, test } from 'vitest';
import { questionSchema } from '../../../electron/host/contract/runs.ts';
import { roleNames } from '../../../native-models/protocol/roles.ts';
import type { Role } from '../../../native-models/protocol/roles.ts';
import { settingsSchema } from '../../../electron/host/contract/settings.ts';
import { sampleModel, sampleRun } from '../../app/testing/samples.ts';
import { countChanged, draftOfRun, draftProblem, emptyDraft, questionOf } from './ask-draft.ts';
import { isNeeded, switchRole } from './role-rules.ts';

describe('the rules between roles', () => {
  test.each<[readonly Role[], Role, readonly Role[]]>([
    [roleNames, 'grounder', ['answerer']],
    [['answerer'], 'planner', ['planner', 'grounder', 'answerer']],
    [['answerer'], 'verifier', ['grounder', 'verifier', 'answerer']],
    [['grounder', 'verifier'], 'grounder', ['grounder', 'verifier']],
    [['answerer'], 'answerer', ['answerer']],
    [['grounder'], 'planner', ['planner', 'grounder']],
  ])('%s with %s switched are %s', (roles, role, expected) => {
    expect(switchRole(roles, role, roleNames)).toEqual(expected);
  });

  test('a role that the model lacks cannot be switched on', () => {
    expect(switchRole(['answerer'], 'verifier', ['answerer'])).toEqual(['answerer']);
  });

  test('the last role that finds or answers is needed', () => {
    expect(isNeeded(['planner', 'answerer'], 'answerer')).toBe(true);
    expect(isNeeded(['grounder', 'answerer'], 'answerer')).toBe(false);
  });
});

describe('a draft', () => {
  const settings = settingsSchema.parse({ seed: 7, threads: 2, maxTokens: 64 });
  const context = { projectId: 'p1', videoId: 'v1', model: sampleModel, settings };

  test('counts as changed what differs from the settings, not what a run was asked with by them', () => {
    const { question } = sampleRun();
    const run = sampleRun({
      question: { ...question, candidates: settings.candidates, temperature: settings.temperature },
    });
    expect(countChanged(draftOfRun(run), settings)).toBe(0);
    expect(
      countChanged({ ...draftOfRun(run), candidates: settings.candidates + 1, speed: 'fast' }, settings),
    ).toBe(2);
  });

  test('asks by the settings where it says nothing itself, in the words as they are written', () => {
    const asked = questionOf({ ...emptyDraft, question: ' Which one? ', options: ['a', ' ', 'b'] }, context);
    expect(asked).toMatchObject({
      question: ' Which one? ',
      options: ['a', 'b'],
      seed: 7,
      threads: 2,
      maxTokens: 64,
    });
    expect(questionSchema.safeParse(asked).success).toBe(true);
  });

  test('has a reasoner checked by a VideoMind package, and asks so again', () => {
    const verification = { modelPath: '/models/toy', candidates: 'said' } as const;
    const draft = { ...emptyDraft, question: 'When?', verification };
    const reasoner = { ...sampleModel, id: 'm2', agent: 'reasoner' as const, roles: [] };
    expect(questionOf(draft, context)).not.toHaveProperty('reasoner');
    const asked = questionOf(draft, { ...context, model: reasoner });
    const question = questionSchema.parse(asked);
    expect(question.reasoner?.verification).toMatchObject(verification);
    expect(draftOfRun(sampleRun({ question })).verification).toEqual(verification);
  });

  test('asks about the marked range only where it is to', () => {
    const range = { startSec: 3, endSec: 5 };
    const draft = { ...emptyDraft, question: 'What?' };
    expect(questionOf(draft, { ...context, range })).not.toHaveProperty('startSec');
    expect(questionOf({ ...draft, rangeOnly: true }, { ...context, range })).toMatchObject(range);
  });

  test('says why it cannot be asked', () => {
    expect(draftProblem({ ...emptyDraft, question: '  ' }, undefined)).toBe('no-question');
    expect(draftProblem({ ...emptyDraft, question: 'a', options: ['x', ''] }, undefined)).toBe('one-option');
    expect(draftProblem({ ...emptyDraft, question: 'a', rangeOnly: true }, undefined)).toBe('no-range');
    expect(draftProblem({ ...emptyDraft, question: 'a' }, undefined)).toBeUndefined();
  });

  test('of a run asks the same again and says which run it repeats', () => {
    const run = sampleRun({ question: { ...sampleRun().question, options: ['a', 'b'], seed: 3 } });
    const again = questionOf(draftOfRun(run), context);
    expect(again).toMatchObject({
      question: 'Which shape moves?',
      options: ['a', 'b'],
      seed: 3,
      rerunOf: 'r1',
    });
  });
});
