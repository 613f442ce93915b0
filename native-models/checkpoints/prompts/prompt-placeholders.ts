import { EngineError } from '../../protocol/errors.ts';
import type { PromptSet } from '../manifest.ts';

/** Roles that are told what to do in words of their own. */
const promptedRoles = ['planner', 'grounder', 'verifier', 'answerer'] as const;
type PromptedRole = (typeof promptedRoles)[number];

/** What each role's prompt has to hold: the place that the question or the query is put into. */
export const placeholders: Readonly<Record<PromptedRole, string>> = {
  planner: '{question}',
  grounder: '{query}',
  verifier: '{query}',
  answerer: '{question}',
};

function requirePlaceholder(text: string, placeholder: string, name: string, path: string): void {
  if (text.includes(placeholder)) return;
  throw new EngineError('PROMPT_PLACEHOLDER_MISSING', `${path}: ${name} does not contain ${placeholder}.`, {
    remedy: `Put ${placeholder} where the text belongs that ${name} is filled with.`,
  });
}

/** Throws PROMPT_PLACEHOLDER_MISSING when a text lacks a place that has to be filled; `path` names its file. */
export function checkPlaceholders(
  texts: { readonly prompts: PromptSet['prompts']; readonly choices: PromptSet['choices'] },
  path: string,
): void {
  for (const role of promptedRoles) {
    const text = texts.prompts[role];
    if (text !== undefined) requirePlaceholder(text, placeholders[role], `the ${role} prompt`, path);
  }
  requirePlaceholder(texts.choices.option, '{letter}', 'choices.option', path);
  requirePlaceholder(texts.choices.option, '{text}', 'choices.option', path);
  requirePlaceholder(texts.choices.question, '{question}', 'choices.question', path);
  requirePlaceholder(texts.choices.question, '{options}', 'choices.question', path);
}
