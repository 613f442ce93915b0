import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { engineErrorOf, expectOnlyEngineErrors } from '../testing/engine-error.ts';
import { packsFolder } from '../testing/temporary-checkpoint.ts';
import { defaultBudgets, defaultChoices } from './built-in-prompts.ts';
import { parsePromptsJson, readPromptsJson } from './prompts-json.ts';

test.each(['pack-2b', 'pack-7b'])('reads all that the prompts.json of %s says', async (pack) => {
  const path = join(packsFolder, pack, 'model', 'prompts.json');
  expect(await readPromptsJson(path)).toEqual(JSON.parse(readFileSync(path, 'utf8')));
});

test('what is left out has the values of published checkpoints', () => {
  const set = parsePromptsJson(
    '{"budgets": {"answerer": {"fps": 1, "maxFrames": 8, "minTokens": 1, "maxTokens": 2}}}',
    'p',
  );
  expect(set.prompts).toEqual({});
  expect(set.budgets.answerer.maxFrames).toBe(8);
  expect(set.budgets.grounder).toEqual(defaultBudgets.grounder);
  expect(set.choices).toEqual(defaultChoices);
  expect(set.minAnswerSec).toBe(32);
  // The verifier ranks alone.
  expect(set.confidenceWeight).toBeUndefined();
});

test.each<[string, string, string, RegExp]>([
  ['broken JSON', '{\n "prompts": {\n  "planner": "a" "b"\n }}', 'PROMPTS_INVALID', /p\.json, line 3:/],
  ['JSON that breaks off', '{\n "prompts": {\n', 'PROMPTS_INVALID', /p\.json, line 3:/],
  ['a list', '[]', 'PROMPTS_INVALID', /expected object/],
  ['a prompt that is no text', '{"prompts":{"planner":1}}', 'PROMPTS_INVALID', /prompts\.planner/],
  [
    'an odd number of frames',
    '{"budgets":{"planner":{"fps":1,"maxFrames":5,"minTokens":1,"maxTokens":2}}}',
    'PROMPTS_INVALID',
    /must be even/,
  ],
  [
    'a budget upside down',
    '{"budgets":{"planner":{"fps":1,"maxFrames":4,"minTokens":3,"maxTokens":2}}}',
    'PROMPTS_INVALID',
    /must not exceed/,
  ],
  [
    'a confidence that counts against the verifier',
    '{"confidenceWeight":-1}',
    'PROMPTS_INVALID',
    /confidenceWeight/,
  ],
  [
    'no rate',
    '{"budgets":{"planner":{"fps":0,"maxFrames":4,"minTokens":1,"maxTokens":2}}}',
    'PROMPTS_INVALID',
    /fps/,
  ],
  [
    'a planner without question',
    '{"prompts":{"planner":"Plan {query}"}}',
    'PROMPT_PLACEHOLDER_MISSING',
    /planner prompt does not contain \{question\}/,
  ],
  [
    'a verifier without query',
    '{"prompts":{"verifier":"Check."}}',
    'PROMPT_PLACEHOLDER_MISSING',
    /verifier .*\{query\}/,
  ],
  [
    'options without letter',
    '{"choices":{"option":"{text}","question":"{question}{options}","replyStart":""}}',
    'PROMPT_PLACEHOLDER_MISSING',
    /choices\.option .*\{letter\}/,
  ],
  [
    'choices without options',
    '{"choices":{"option":"{letter}{text}","question":"{question}","replyStart":""}}',
    'PROMPT_PLACEHOLDER_MISSING',
    /choices\.question .*\{options\}/,
  ],
])('refuses %s', async (_, text, code, message) => {
  const error = await engineErrorOf(() => parsePromptsJson(text, 'p.json'));
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
});

test('whatever the file holds, only a typed error comes out', async () => {
  const field = fc.constantFrom(
    'prompts',
    'budgets',
    'choices',
    'minAnswerSec',
    'planner',
    'fps',
    '__proto__',
    'constructor',
  );
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.constant('{question} {query}'),
      fc.dictionary(field, tie('node'), { maxKeys: 4 }),
    ),
  })).node;
  const text = fc.oneof(
    value.map((node) => JSON.stringify(node)),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(text, async (content) => {
      await expectOnlyEngineErrors(() => parsePromptsJson(content, 'p.json'));
    }),
    { numRuns: 500 },
  );
});
