import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineErrorOf } from '../testing/engine-error.ts';
import { makeTemporaryFolder } from '../testing/temporary-checkpoint.ts';
import { builtInPrompts, defaultBudgets, defaultChoices, defaultMinAnswerSec } from './built-in-prompts.ts';
import { loadPrompts } from './load-prompts.ts';
import { checkPlaceholders } from './prompt-placeholders.ts';

const roles = ['planner', 'grounder', 'verifier', 'answerer'] as const;
const python = "GROUNDER_PROMPT = 'python {}'";

test('prompts.json comes before constants.py, and a file that is named before both', async () => {
  const folder = await makeTemporaryFolder();
  const json = join(folder, 'prompts.json');
  const named = join(folder, 'named.json');
  await writeFile(join(folder, 'constants.py'), python);
  await writeFile(json, '{"prompts":{"grounder":"json {query}"}}');
  await writeFile(named, '{"prompts":{"grounder":"named {query}"}}');
  const load = (promptsPath?: string) =>
    loadPrompts({ folder, promptsPath, roles: ['grounder', 'answerer'] });
  expect(await load(named)).toMatchObject({ promptSource: 'prompts.json', file: named });
  expect((await load(named)).promptSet.prompts.grounder).toBe('named {query}');
  expect(await load()).toMatchObject({ promptSource: 'prompts.json', file: json, warnings: [] });
  await rm(json);
  expect(await load()).toMatchObject({ promptSource: 'constants.py', warnings: [] });
  expect((await load()).promptSet.prompts.grounder).toBe('python {query}');
});

test('a Python file that is named is read as Python', async () => {
  const path = join(await makeTemporaryFolder(), 'constants.py');
  await writeFile(path, python);
  const loaded = await loadPrompts({ folder: undefined, promptsPath: path, roles: ['grounder'] });
  expect(loaded).toMatchObject({ promptSource: 'constants.py', file: path });
});

test('without a source our own words are used, with a warning', async () => {
  const folder = await makeTemporaryFolder();
  const loaded = await loadPrompts({ folder, promptsPath: undefined, roles });
  expect(loaded.promptSource).toBe('built-in');
  expect(loaded.promptSet.prompts).toEqual(builtInPrompts);
  expect(loaded.warnings.map((warning) => warning.code)).toEqual(['PROMPTS_BUILT_IN']);
  expect(loaded.warnings[0]?.message).toMatch(/planner, grounder, verifier.*answers may be worse/);
});

test('a role that the source has no words for gets ours, named in the warning', async () => {
  const folder = await makeTemporaryFolder();
  await writeFile(join(folder, 'constants.py'), python);
  const loaded = await loadPrompts({
    folder,
    promptsPath: undefined,
    roles: ['grounder', 'verifier', 'answerer'],
  });
  expect(loaded.promptSource).toBe('constants.py');
  expect(loaded.promptSet.prompts).toEqual({ grounder: 'python {query}', verifier: builtInPrompts.verifier });
  expect(loaded.warnings[0]?.message).toMatch(/no prompts for verifier;/);
});

test('a bare base needs no words', async () => {
  const loaded = await loadPrompts({ folder: undefined, promptsPath: undefined, roles: ['answerer'] });
  expect(loaded.warnings).toEqual([]);
});

test('our own words have their placeholders and speak of the tokens', () => {
  checkPlaceholders({ prompts: builtInPrompts, choices: defaultChoices }, 'built-in');
  expect(builtInPrompts.grounder).toContain('<|reg|>');
  expect(builtInPrompts.verifier).toMatch(/<\|seg_start\|>.*<\|seg_end\|>.*Yes or No/);
  expect(defaultBudgets.grounder).toEqual({ fps: 1, maxFrames: 150, minTokens: 36, maxTokens: 64 });
  expect(defaultMinAnswerSec).toBe(32);
});

test('a file that is named and not there is an error', async () => {
  const error = await engineErrorOf(() =>
    loadPrompts({ folder: undefined, promptsPath: '/nowhere/p.json', roles }),
  );
  expect(error.code).toBe('PROMPTS_INVALID');
  expect(error.message).toContain('/nowhere/p.json');
});
