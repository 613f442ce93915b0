import { dirname, join, resolve } from 'node:path';
import { EngineError } from '../../protocol/errors.ts';
import type { PromptSet } from '../manifest.ts';
import { isFile, readTextFile } from '../read-file.ts';
import { defaultBudgets, defaultChoices, defaultMinAnswerSec } from './built-in-prompts.ts';
import { placeholders } from './prompt-placeholders.ts';
import { maxPromptFileBytes } from './prompts-json.ts';
import { parsePythonConstants } from './python-constants.ts';
import { pythonError } from './python-tokens.ts';

/** Constants of the VideoMind repository that hold the roles' prompts, templates for Python's `str.format`. */
const promptConstants = {
  planner: 'PLANNER_PROMPT',
  grounder: 'GROUNDER_PROMPT',
  verifier: 'VERIFIER_PROMPT',
} as const;

/** How many folders up from the model a constants.py is looked for. */
const parentLevels = 3;

const formatPart = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/**
 * Turns a template of Python's `str.format` with one field into ours: the field becomes `placeholder`, doubled braces
 * become single ones. Throws PROMPTS_INVALID and PROMPT_PLACEHOLDER_MISSING.
 */
function convertFormatTemplate(
  template: { readonly text: string; readonly line: number },
  placeholder: string,
  name: string,
  path: string,
): string {
  const fields = new Set<string>();
  let fieldCount = 0;
  const text = template.text.replace(formatPart, (part: string, field: string | undefined) => {
    if (part === '{{') return '{';
    if (part === '}}') return '}';
    if (field === undefined || !/^\w*$/.test(field)) {
      throw pythonError(
        path,
        template.line,
        `${name} has "${part.slice(0, 80)}", which is no plain placeholder.`,
      );
    }
    fields.add(field);
    fieldCount++;
    return placeholder;
  });
  if (fieldCount === 0) {
    throw new EngineError(
      'PROMPT_PLACEHOLDER_MISSING',
      `${path}, line ${template.line}: ${name} has no "{}".`,
      {
        remedy: `Put {} where the text belongs that ${name} is filled with.`,
      },
    );
  }
  if (fields.size > 1 || (fields.has('') && fieldCount > 1)) {
    throw pythonError(path, template.line, `${name} has several different placeholders; one is expected.`);
  }
  if (text.split(placeholder).length - 1 !== fieldCount) {
    throw pythonError(
      path,
      template.line,
      `${name} contains ${placeholder} as text, which stands for its placeholder.`,
    );
  }
  return text;
}

/**
 * Reads the prompts in the source of a VideoMind constants.py; roles that it has no constant for stay without. Budgets are
 * those of published checkpoints. Throws PROMPTS_INVALID with the line, and PROMPT_PLACEHOLDER_MISSING.
 */
export function parseConstantsPy(source: string, path: string): PromptSet {
  const constants = parsePythonConstants(source, path);
  const prompts: PromptSet['prompts'] = {};
  for (const role of ['planner', 'grounder', 'verifier'] as const) {
    const name = promptConstants[role];
    if (!constants.has(name)) continue;
    prompts[role] = convertFormatTemplate(constants.get(name), placeholders[role], name, path);
  }
  if (Object.keys(prompts).length === 0) {
    const names = Object.values(promptConstants).join(', ');
    throw new EngineError('PROMPTS_INVALID', `${path} has none of the constants ${names}.`);
  }
  return { prompts, budgets: defaultBudgets, minAnswerSec: defaultMinAnswerSec, choices: defaultChoices };
}

/** Reads a constants.py; see parseConstantsPy. */
export async function readConstantsPy(path: string): Promise<PromptSet> {
  return parseConstantsPy(await readTextFile(path, 'PROMPTS_INVALID', maxPromptFileBytes), path);
}

/** Whether a file speaks of VideoMind's prompts: any other constants.py near a model is none of ours. */
async function namesPrompts(path: string): Promise<boolean> {
  try {
    const source = await readTextFile(path, 'PROMPTS_INVALID', maxPromptFileBytes);
    return Object.values(promptConstants).some((name) => source.includes(name));
  } catch {
    return false;
  }
}

/** Finds the constants.py of a checkout of the authors' repository that a model folder stands in. */
export async function findConstantsPy(folder: string): Promise<string | undefined> {
  let current = resolve(folder);
  for (let level = 0; level <= parentLevels; level++) {
    for (const path of [join(current, 'constants.py'), join(current, 'videomind', 'constants.py')]) {
      if ((await isFile(path)) && (await namesPrompts(path))) return path;
    }
    current = dirname(current);
  }
  return undefined;
}
