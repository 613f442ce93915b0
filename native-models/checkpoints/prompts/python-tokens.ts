import { EngineError } from '../../protocol/errors.ts';

/** A string literal as written: its prefix in lower case and what stands between its quotes, escapes unread. */
export interface StringToken {
  readonly kind: 'string';
  readonly prefix: string;
  readonly body: string;
  readonly line: number;
}

/** A piece of Python that constants are made of; `other` is anything else (numbers, operators, calls). */
export type PythonToken =
  | StringToken
  | {
      readonly kind: 'name' | 'operator' | 'newline' | 'other';
      readonly text: string;
      readonly line: number;
      /** Whether it is the first of its line and not indented: where a constant of the module begins. */
      readonly startsLine: boolean;
    };

const stringStart = /(?<prefix>[a-z]{0,2})(?<quote>"""|'''|"|')/iy;
const stringPrefixes = /^(?:|r|u|f|b|rf|fr|br|rb|t|tr|rt)$/i;
const nameToken = /[\p{L}_][\p{L}\p{N}_]*/uy;

/** Throws PROMPTS_INVALID with the line of a Python file. */
export function pythonError(path: string, line: number, problem: string): EngineError {
  return new EngineError('PROMPTS_INVALID', `${path}, line ${line}: ${problem}`);
}

/** Where the body of a string that begins at `start` ends; undefined when it is not closed. */
function findStringEnd(text: string, start: number, quote: string): number | undefined {
  for (let index = start; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (quote.length === 1 && text[index] === '\n') return undefined;
    else if (text.startsWith(quote, index)) return index;
  }
  return undefined;
}

/**
 * Splits Python source into tokens, keeping only as much as string constants need. Line ends inside brackets and after a
 * backslash are left out, as in Python. `path` names the file in errors.
 * Throws PROMPTS_INVALID with the line of a string that is not closed.
 */
export function tokenizePython(source: string, path: string): PythonToken[] {
  const text = source.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const tokens: PythonToken[] = [];
  let line = 1;
  let depth = 0;
  let lineStart = true;
  for (let index = 0; index < text.length;) {
    const character = text[index] ?? '';
    const startsLine = lineStart;
    lineStart = false;
    if (character === '\n') {
      if (depth === 0) tokens.push({ kind: 'newline', text: '\n', line, startsLine: false });
      lineStart = depth === 0;
      line++;
      index++;
      continue;
    }
    if (character === '#') {
      const end = text.indexOf('\n', index);
      index = end === -1 ? text.length : end;
      continue;
    }
    if (character === '\\' && text[index + 1] === '\n') {
      line++;
      index += 2;
      continue;
    }
    if (/\s/.test(character)) {
      index++;
      continue;
    }
    stringStart.lastIndex = index;
    const { prefix, quote } = stringStart.exec(text)?.groups ?? {};
    if (prefix !== undefined && quote !== undefined && stringPrefixes.test(prefix)) {
      const start = index + prefix.length + quote.length;
      const end = findStringEnd(text, start, quote);
      if (end === undefined) throw pythonError(path, line, 'this string is not closed.');
      const body = text.slice(start, end);
      tokens.push({ kind: 'string', prefix: prefix.toLowerCase(), body, line });
      line += body.split('\n').length - 1;
      index = end + quote.length;
      continue;
    }
    nameToken.lastIndex = index;
    const name = nameToken.exec(text)?.[0];
    if (name !== undefined) {
      tokens.push({ kind: 'name', text: name, line, startsLine });
      index += name.length;
      continue;
    }
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    const isOperator = '()+=:;,.'.includes(character);
    tokens.push({ kind: isOperator ? 'operator' : 'other', text: character, line, startsLine });
    index++;
  }
  tokens.push({ kind: 'newline', text: '\n', line, startsLine: false });
  return tokens;
}
