import { z } from 'zod';
import { EngineError } from '../../protocol/errors.ts';
import { budgetSchema, type PromptSet, promptSetSchema } from '../manifest.ts';
import { readTextFile } from '../read-file.ts';
import { describeSchemaProblem } from '../schema-problem.ts';
import { defaultBudgets, defaultChoices, defaultMinAnswerSec } from './built-in-prompts.ts';
import { checkPlaceholders } from './prompt-placeholders.ts';

/** Largest file of prompts that is read, in bytes; real ones have a few thousand. */
export const maxPromptFileBytes = 1024 * 1024;

const evenBudgetSchema = budgetSchema
  .refine((budget) => budget.maxFrames % 2 === 0, 'maxFrames must be even: frames are shown in pairs')
  .refine((budget) => budget.minTokens <= budget.maxTokens, 'minTokens must not exceed maxTokens');

/** prompts.json: a prompt set of which everything may be left out. */
const promptFileSchema = z.object({
  prompts: promptSetSchema.shape.prompts.default({}),
  budgets: z
    .object({
      planner: evenBudgetSchema.default(defaultBudgets.planner),
      grounder: evenBudgetSchema.default(defaultBudgets.grounder),
      verifier: evenBudgetSchema.default(defaultBudgets.verifier),
      answerer: evenBudgetSchema.default(defaultBudgets.answerer),
    })
    .default(defaultBudgets),
  minAnswerSec: promptSetSchema.shape.minAnswerSec.default(defaultMinAnswerSec),
  confidenceWeight: promptSetSchema.shape.confidenceWeight,
  boundsSharpness: promptSetSchema.shape.boundsSharpness,
  choices: promptSetSchema.shape.choices.default(defaultChoices),
});

/** JSON.parse says where it stopped as `position N` or as `line N`; people look for lines. */
function lineOfSyntaxError(text: string, message: string): string {
  const line = /line (\d+)/.exec(message)?.[1];
  if (line !== undefined) return `line ${line}`;
  const position = /position (\d+)/.exec(message)?.[1];
  const before = position === undefined ? text : text.slice(0, Number(position));
  return `line ${before.split('\n').length}`;
}

/**
 * Reads prompts and budgets from the text of a prompts.json. What it leaves out has the defaults of published checkpoints;
 * roles without a prompt stay without.
 * Throws PROMPTS_INVALID (with the line or the field) and PROMPT_PLACEHOLDER_MISSING.
 */
export function parsePromptsJson(text: string, path: string): PromptSet {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new EngineError('PROMPTS_INVALID', `${path}, ${lineOfSyntaxError(text, message)}: ${message}`, {
      cause: error,
    });
  }
  const parsed = promptFileSchema.safeParse(value);
  if (!parsed.success) {
    throw new EngineError('PROMPTS_INVALID', `${path}: ${describeSchemaProblem(parsed.error)}`);
  }
  checkPlaceholders(parsed.data, path);
  return parsed.data;
}

/** Reads a prompts.json; see parsePromptsJson. */
export async function readPromptsJson(path: string): Promise<PromptSet> {
  return parsePromptsJson(await readTextFile(path, 'PROMPTS_INVALID', maxPromptFileBytes), path);
}
