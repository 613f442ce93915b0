import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineErrorOf } from '../testing/engine-error.ts';
import { makeTemporaryFolder } from '../testing/temporary-checkpoint.ts';
import { defaultBudgets } from './built-in-prompts.ts';
import { findConstantsPy, parseConstantsPy } from './constants-py.ts';

const source = `
REG_TOKEN = '<|reg|>'
SEG_S_TOKEN, SEG_E_TOKEN = '<|seg_start|>', '<|seg_end|>'

GROUNDER_PROMPT = (
    "Where does '{}' happen? "
    f"Answer with {REG_TOKEN}.")
PLANNER_PROMPT = (
    'Reply like [{{"type": "grounder", "value": "text"}}]. '
    "Question: '{question}'.")
VERIFIER_PROMPT = "Is '{0}' shown? Not '{0}'?"
`;

test('turns templates of str.format into ours, with the budgets of published checkpoints', () => {
  const set = parseConstantsPy(
    source.replace('f"Answer with {REG_TOKEN}."', "'Answer with ' + REG_TOKEN + '.'"),
    'c.py',
  );
  expect(set.prompts).toEqual({
    grounder: "Where does '{query}' happen? Answer with <|reg|>.",
    planner: `Reply like [{"type": "grounder", "value": "text"}]. Question: '{question}'.`,
    verifier: "Is '{query}' shown? Not '{query}'?",
  });
  expect(set.budgets).toEqual(defaultBudgets);
  expect(set.minAnswerSec).toBe(32);
});

test('an f-string beside a template leaves its placeholder alone', () => {
  const set = parseConstantsPy(source, 'c.py');
  expect(set.prompts.grounder).toBe("Where does '{query}' happen? Answer with <|reg|>.");
});

test('roles without a constant stay without words', () => {
  expect(parseConstantsPy("GROUNDER_PROMPT = 'Find {}'", 'c.py').prompts).toEqual({
    grounder: 'Find {query}',
  });
});

test.each<[string, string, string, RegExp]>([
  ['none of the constants', "A = 'a'", 'PROMPTS_INVALID', /none of the constants PLANNER_PROMPT/],
  [
    'no placeholder',
    "\nGROUNDER_PROMPT = 'Find it'",
    'PROMPT_PLACEHOLDER_MISSING',
    /line 2: GROUNDER_PROMPT has no "{}"/,
  ],
  ['an escaped placeholder', "GROUNDER_PROMPT = 'Find {{}}'", 'PROMPT_PLACEHOLDER_MISSING', /has no "{}"/],
  ['a formatted placeholder', "GROUNDER_PROMPT = '{:>9}'", 'PROMPTS_INVALID', /"{:>9}", which is no plain/],
  ['an attribute', "GROUNDER_PROMPT = '{0.__class__}'", 'PROMPTS_INVALID', /no plain placeholder/],
  ['a single brace', "GROUNDER_PROMPT = 'a } {}'", 'PROMPTS_INVALID', /"}", which is no plain/],
  ['two placeholders', "GROUNDER_PROMPT = '{a} {b}'", 'PROMPTS_INVALID', /several different placeholders/],
  ['two nameless placeholders', "GROUNDER_PROMPT = '{} {}'", 'PROMPTS_INVALID', /several different/],
  [
    'our placeholder as text',
    "GROUNDER_PROMPT = '{} {{query}}'",
    'PROMPTS_INVALID',
    /contains {query} as text/,
  ],
  ['a call', "\n\nGROUNDER_PROMPT = build('{}')", 'PROMPTS_INVALID', /line 3/],
])('refuses a file with %s', async (_, text, code, message) => {
  const error = await engineErrorOf(() => parseConstantsPy(text, 'c.py'));
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
});

test.each([
  ['in the model folder', 'model/constants.py'],
  ['beside the model folder', 'constants.py'],
  ['in the authors’ package', 'videomind/constants.py'],
])('finds constants.py %s', async (_, place) => {
  const root = await makeTemporaryFolder();
  await mkdir(join(root, 'model'));
  await mkdir(join(root, 'videomind'));
  await writeFile(join(root, place), source);
  expect(await findConstantsPy(join(root, 'model'))).toBe(join(root, place));
});

test('passes over a constants.py that is none of ours', async () => {
  const root = await makeTemporaryFolder();
  await mkdir(join(root, 'a', 'b'), { recursive: true });
  await writeFile(join(root, 'a', 'constants.py'), "PI = '3");
  await writeFile(join(root, 'constants.py'), source);
  expect(await findConstantsPy(join(root, 'a', 'b'))).toBe(join(root, 'constants.py'));
});
