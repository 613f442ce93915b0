import { join } from 'node:path';
import { EngineError } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/roles.ts';
import type { RunWarning } from '../../protocol/run-record.ts';
import type { PromptSet, PromptSource } from '../manifest.ts';
import { isFile } from '../read-file.ts';
import { builtInPrompts, defaultBudgets, defaultChoices, defaultMinAnswerSec } from './built-in-prompts.ts';
import { findConstantsPy, readConstantsPy } from './constants-py.ts';
import { readPromptsJson } from './prompts-json.ts';

const promptsFile = 'prompts.json';

/** The words of a checkpoint, and where they came from. */
export interface LoadedPrompts {
  readonly promptSet: PromptSet;
  readonly promptSource: PromptSource;
  /** The file read; undefined for built-in prompts. */
  readonly file: string | undefined;
  readonly warnings: readonly RunWarning[];
}

const noPrompts: PromptSet = {
  prompts: {},
  budgets: defaultBudgets,
  minAnswerSec: defaultMinAnswerSec,
  choices: defaultChoices,
};

type PromptFile = Omit<LoadedPrompts, 'warnings'>;

async function readJsonSource(path: string): Promise<PromptFile> {
  return { promptSet: await readPromptsJson(path), promptSource: 'prompts.json', file: path };
}

async function readPythonSource(path: string): Promise<PromptFile> {
  return { promptSet: await readConstantsPy(path), promptSource: 'constants.py', file: path };
}

async function readSource(folder: string | undefined, promptsPath: string | undefined): Promise<PromptFile> {
  if (promptsPath !== undefined) {
    if (!(await isFile(promptsPath))) {
      throw new EngineError('PROMPTS_INVALID', `${promptsPath} is not a file.`);
    }
    return promptsPath.endsWith('.py') ? readPythonSource(promptsPath) : readJsonSource(promptsPath);
  }
  if (folder !== undefined) {
    const json = join(folder, promptsFile);
    if (await isFile(json)) return readJsonSource(json);
    const python = await findConstantsPy(folder);
    if (python !== undefined) return readPythonSource(python);
  }
  return { promptSet: noPrompts, promptSource: 'built-in', file: undefined };
}

/**
 * Loads the prompts of a checkpoint: from `promptsPath`, else from prompts.json in its folder, else from a constants.py
 * beside it, else our own words. Roles that the source has no words for get ours, with a warning.
 * Throws PROMPTS_INVALID and PROMPT_PLACEHOLDER_MISSING.
 */
export async function loadPrompts(options: {
  readonly folder: string | undefined;
  readonly promptsPath: string | undefined;
  /** Roles that the checkpoint can play. */
  readonly roles: readonly Role[];
}): Promise<LoadedPrompts> {
  const source = await readSource(options.folder, options.promptsPath);
  const { prompts } = source.promptSet;
  const wordless = (['planner', 'grounder', 'verifier'] as const).filter(
    (role) => options.roles.includes(role) && prompts[role] === undefined,
  );
  if (wordless.length === 0) return { ...source, warnings: [] };
  const filled = Object.fromEntries(wordless.map((role) => [role, builtInPrompts[role]]));
  const warning = {
    code: 'PROMPTS_BUILT_IN',
    message:
      `The checkpoint has no prompts for ${wordless.join(', ')}; built-in ones are used, so answers may be worse. ` +
      'Give the prompts that it was trained with (--prompts).',
  };
  return {
    ...source,
    promptSet: { ...source.promptSet, prompts: { ...prompts, ...filled } },
    warnings: [warning],
  };
}
