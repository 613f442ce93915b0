import type { PromptSet } from '../../checkpoints/manifest.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/roles.ts';
import { choiceQuestion } from './choices.ts';
import type { PromptWords } from './write-prompt.ts';
import { fillTemplate } from './templates.ts';

/** What the planner is told: its prompt with the question as given. */
export function plannerWords(promptSet: PromptSet, question: string): PromptWords {
  const template = requirePrompt(promptSet, 'planner');
  return { write: (guard) => fillTemplate(template, { question: guard(question) }) };
}

/** What grounder and verifier are told: their prompts with the text to look for. */
export function queryWords(promptSet: PromptSet, role: 'grounder' | 'verifier', query: string): PromptWords {
  const template = requirePrompt(promptSet, role);
  return { write: (guard) => fillTemplate(template, { query: guard(query) }) };
}

/** What the answerer is asked. */
export interface AnswererQuestion {
  readonly question: string;
  readonly options?: readonly string[] | undefined;
  /** Lines of subtitles, put before the question; empty for none. */
  readonly subtitles: string;
  /** `options`: the reply is not begun; `direct`: the question alone, options or not. Default: `mcq`. */
  readonly style?: 'mcq' | 'options' | 'direct' | undefined;
}

/**
 * What the answerer is told: an open question alone or in the checkpoint's words, or a multiple-choice question with
 * its reply started (VideoMind, answerer).
 */
export function answererWords(promptSet: PromptSet, asked: AnswererQuestion): PromptWords {
  const { question, options, subtitles, style = 'mcq' } = asked;
  if (options !== undefined && style !== 'direct') {
    const { choices } = promptSet;
    return {
      write: (guard) => guard(subtitles) + choiceQuestion(guard(question), options.map(guard), choices),
      ...(style === 'mcq' ? { replyStart: choices.replyStart } : {}),
    };
  }
  const template = promptSet.prompts.answerer ?? '{question}';
  return { write: (guard) => guard(subtitles) + fillTemplate(template, { question: guard(question) }) };
}

function requirePrompt(promptSet: PromptSet, role: Exclude<Role, 'answerer'>): string {
  const template = promptSet.prompts[role];
  if (template === undefined) throw new EngineError('PROMPTS_INVALID', `The package has no ${role} prompt.`);
  return template;
}
