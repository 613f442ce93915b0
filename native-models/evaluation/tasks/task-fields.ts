import { createContext, Script } from 'node:vm';
import type { z } from 'zod';
import { EngineError } from '../../protocol/errors.ts';
import type { TaskField, TextChange } from '../../protocol/eval-task.ts';
import type { SkipReason } from '../benchmarks/benchmark.ts';
import { capitalize } from '../benchmarks/reading/clean-text.ts';
import { idSchema } from '../benchmarks/reading/item-drafts.ts';

/** An item of an annotation file, with `@file` and `@key` among its fields. */
export type TaskItem = Readonly<Record<string, unknown>>;

/** Why an item cannot become a sample. */
export class FieldFault extends Error {
  readonly reason: SkipReason;

  constructor(reason: SkipReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** How a value is read: its shape, and the reason that is given where it is missing. */
interface ReadRules<Value> {
  readonly schema: z.ZodType<Value>;
  readonly missing?: SkipReason;
}

/**
 * The value of a field, `a.b` of one within another.
 * @returns undefined where it is missing and may be (`name?`)
 * @throws FieldFault
 */
export function readField<Value>(
  item: TaskItem,
  field: string,
  { schema, missing = 'field-missing' }: ReadRules<Value>,
): Value | undefined {
  const mayBeMissing = field.endsWith('?');
  const name = mayBeMissing ? field.slice(0, -1) : field;
  const value = valueAt(item, name);
  if (value === undefined || value === null || value === '') {
    if (mayBeMissing) return undefined;
    throw new FieldFault(missing, `${name} is missing`);
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const at = [name, ...(issue?.path ?? [])].join('.');
  throw new FieldFault('field-invalid', `${at}: ${issue?.message ?? 'cannot be read'}`);
}

/**
 * A text that a field says: of one field, or put together from several.
 * @returns undefined where a field of it is missing and may be
 * @throws FieldFault
 */
export function readText(
  item: TaskItem,
  field: TaskField,
  rules: ReadRules<string> = { schema: idSchema },
): string | undefined {
  const { from, change = [] } = typeof field === 'string' ? { from: field } : field;
  const text = from.includes('{') ? putTogether(item, from) : readField(item, from, rules);
  return text === undefined ? undefined : changed(text, change);
}

/** A text after each change in turn. */
export function changed(text: string, changes: readonly TextChange[] = []): string {
  return changes.reduce(changeOnce, text);
}

/** A pattern that needs longer for one text would need for ever for others. */
const patternPatienceMs = 1000;
/** A file's pattern can be one that takes exponentially long: nothing but a script of its own can be broken off. */
const asked = createContext({ pattern: '', text: '' });
const matching = new Script(`new RegExp(pattern, 'u').exec(text)?.slice(1) ?? []`);

/**
 * The part that the group of a pattern matches; undefined where it does not match.
 * @throws EngineError TASK_INVALID for a pattern that does not come to an end
 */
export function matchedPart(text: string, pattern: string): string | undefined {
  Object.assign(asked, { pattern, text });
  try {
    const groups = matching.runInContext(asked, { timeout: patternPatienceMs }) as (string | undefined)[];
    return groups.find((group) => group !== undefined);
  } catch (cause) {
    const message = `The pattern ${pattern} takes too long for a text of ${text.length} characters.`;
    throw new EngineError('TASK_INVALID', message, { cause });
  }
}

function putTogether(item: TaskItem, template: string): string | undefined {
  const missing: string[] = [];
  const text = template.replaceAll(/\{([^{}]+)\}/gu, (_, name: string) => {
    const value = readField(item, name, { schema: idSchema });
    if (value === undefined) missing.push(name);
    return value ?? '';
  });
  return missing.length > 0 ? undefined : text;
}

function changeOnce(text: string, change: TextChange): string {
  if (change === 'capitalize') return capitalize(text);
  if ('drop' in change) return text.slice(change.drop);
  if ('before' in change) return text.split(change.before, 1)[0] ?? '';
  return matchedPart(text, change.match) ?? text;
}

function valueAt(item: TaskItem, name: string): unknown {
  if (Object.hasOwn(item, name)) return item[name];
  let inner: unknown = item;
  for (const key of name.split('.')) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined;
    inner = (inner as Record<string, unknown>)[key];
  }
  return inner;
}
