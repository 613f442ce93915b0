import { EngineError } from '../../protocol/errors.ts';
import { readPythonString } from './python-strings.ts';
import { pythonError, type PythonToken, tokenizePython } from './python-tokens.ts';

/** Concatenation can double a text with every line; prompts have a few thousand characters. */
const maxConstantLength = 100_000;

/** Deepest nesting of brackets around a constant. */
const maxBracketDepth = 50;

/** The text of a constant, or why it has none that can be read. */
type Constant = { readonly text: string; readonly line: number } | { readonly problem: EngineError };

/** String constants of a Python module, by name. */
export interface PythonConstants {
  has(name: string): boolean;
  /** Throws PROMPTS_INVALID with a line when the constant is missing or no plain string. */
  get(name: string): { readonly text: string; readonly line: number };
}

/** Reads `NAME = <strings>` statements one after the other; each may use the ones before it. */
class ConstantReader {
  readonly constants = new Map<string, Constant>();
  readonly #tokens: readonly PythonToken[];
  readonly #path: string;
  #position = 0;

  constructor(tokens: readonly PythonToken[], path: string) {
    this.#tokens = tokens;
    this.#path = path;
  }

  readAll(): void {
    while (this.#position < this.#tokens.length) {
      this.#readStatement();
      while (this.#position < this.#tokens.length && this.#peek()?.kind !== 'newline') this.#position++;
      this.#position++;
    }
  }

  #peek(offset = 0): PythonToken | undefined {
    return this.#tokens[this.#position + offset];
  }

  #isOperator(text: string, offset = 0): boolean {
    const token = this.#peek(offset);
    return token?.kind === 'operator' && token.text === text;
  }

  #readStatement(): void {
    const token = this.#peek();
    if (token?.kind !== 'name' || !token.startsLine) return;
    const isExtended = this.#isOperator('+', 1) && this.#isOperator('=', 2);
    this.#position++;
    if (isExtended) this.#position++;
    else if (this.#isOperator(':')) this.#skipAnnotation();
    if (!this.#isOperator('=') || this.#isOperator('=', 1)) return;
    this.#position++;
    try {
      const start = isExtended ? this.#lookUp(token.text, token.line) : '';
      const text = this.#bounded(start + this.#readSum(0), token.line);
      const next = this.#peek();
      if (next !== undefined && next.kind !== 'newline' && !this.#isOperator(';')) {
        throw this.#error(next.line, `${token.text} is not made of strings alone.`);
      }
      this.constants.set(token.text, { text, line: token.line });
    } catch (error) {
      // Most constants of a module are none of ours: what is wrong with one matters when it is asked for.
      if (!(error instanceof EngineError)) throw error;
      this.constants.set(token.text, { problem: error });
    }
  }

  #skipAnnotation(): void {
    while (this.#peek() !== undefined && this.#peek()?.kind !== 'newline' && !this.#isOperator('=')) {
      this.#position++;
    }
  }

  #readSum(depth: number): string {
    const line = this.#peek()?.line ?? 0;
    let text = this.#readTerm(depth);
    while (this.#isOperator('+')) {
      this.#position++;
      text = this.#bounded(text + this.#readTerm(depth), line);
    }
    return text;
  }

  #readTerm(depth: number): string {
    const token = this.#peek();
    const line = token?.line ?? 0;
    if (token?.kind === 'string') return this.#readAdjacentStrings();
    if (token?.kind === 'name') {
      this.#position++;
      return this.#lookUp(token.text, line);
    }
    if (this.#isOperator('(') && depth < maxBracketDepth) {
      this.#position++;
      const text = this.#readSum(depth + 1);
      if (!this.#isOperator(')')) throw this.#error(this.#peek()?.line ?? line, 'a ")" is missing here.');
      this.#position++;
      return text;
    }
    throw this.#error(line, 'a string was expected here.');
  }

  /** Strings that stand side by side are one string. */
  #readAdjacentStrings(): string {
    let text = '';
    for (let token = this.#peek(); token?.kind === 'string'; token = this.#peek()) {
      const piece = readPythonString(token, this.#path, (name, line) => this.#lookUp(name, line));
      text = this.#bounded(text + piece, token.line);
      this.#position++;
    }
    return text;
  }

  #lookUp(name: string, line: number): string {
    const constant = this.constants.get(name);
    if (constant === undefined)
      throw this.#error(line, `${name} is no earlier string constant of this file.`);
    if ('problem' in constant) throw constant.problem;
    return constant.text;
  }

  #bounded(text: string, line: number): string {
    if (text.length <= maxConstantLength) return text;
    throw this.#error(line, `a text of more than ${maxConstantLength} characters.`);
  }

  #error(line: number, problem: string): EngineError {
    return pythonError(this.#path, line, problem);
  }
}

/**
 * Reads the string constants of a Python module without running it: literals with any prefix but bytes, escapes,
 * adjacent literals, `+`, brackets, f-strings and names over earlier constants. Other statements are passed over.
 * Throws PROMPTS_INVALID with the line, for a string that is not closed; anything else that is wrong with a constant is
 * thrown when that constant is asked for.
 */
export function parsePythonConstants(source: string, path: string): PythonConstants {
  const reader = new ConstantReader(tokenizePython(source, path), path);
  reader.readAll();
  return {
    has: (name) => reader.constants.has(name),
    get(name) {
      const constant = reader.constants.get(name);
      if (constant === undefined)
        throw new EngineError('PROMPTS_INVALID', `${path} has no constant ${name}.`);
      if ('problem' in constant) throw constant.problem;
      return constant;
    },
  };
}
