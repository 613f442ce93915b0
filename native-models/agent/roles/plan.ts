import type { Plan } from '../../protocol/run-record.ts';

/** What the chain may do with a plan. */
export interface PlanLimits {
  /** Whether a plan may skip grounding: only where the answerer runs too. */
  readonly mayAnswerDirectly: boolean;
}

/**
 * Reads the planner's reply: the first action of a JSON list, or a lone object (VideoMind, planner).
 *
 * `grounder` with a non-empty `value` grounds that text, `answerer` skips grounding where that is allowed; all else,
 * unreadable replies too, grounds the question. The type's case does not matter. Never throws: the reply is a model's.
 */
export function parsePlan(response: string, question: string, limits: PlanLimits): Plan {
  const { type, value } = firstAction(response);
  if (type === 'answerer' && limits.mayAnswerDirectly) {
    return { response, query: question, grounding: false };
  }
  const query = type === 'grounder' && value.trim() !== '' ? value : question;
  return { response, query, grounding: true };
}

function firstAction(response: string): { readonly type: string; readonly value: string } {
  const none = { type: '', value: '' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(response);
  } catch {
    return none;
  }
  const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (typeof first !== 'object' || first === null) return none;
  const text = (name: 'type' | 'value') => {
    const field: unknown = Object.hasOwn(first, name) ? (first as Record<string, unknown>)[name] : undefined;
    return typeof field === 'string' ? field : '';
  };
  return { type: text('type').toLowerCase(), value: text('value') };
}
