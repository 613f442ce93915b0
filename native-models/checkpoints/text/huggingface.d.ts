/**
 * The parts of Hugging Face's libraries that are used here. Their own declarations import without file extensions, so
 * that TypeScript cannot follow them from an ES module.
 */

declare module '@huggingface/tokenizers' {
  export class Tokenizer {
    constructor(tokenizer: object, config: object);
    encode(text: string, options?: { add_special_tokens?: boolean }): { ids: (number | undefined)[] };
    decode(
      ids: number[],
      options?: { skip_special_tokens?: boolean; clean_up_tokenization_spaces?: boolean },
    ): string;
    token_to_id(token: string): number | undefined;
    id_to_token(id: number): string | undefined;
  }
}

declare module '@huggingface/jinja' {
  /** A value of a running template. */
  export interface RuntimeValue {
    readonly value: unknown;
  }
  /** A node of a parsed template. */
  export interface Statement {
    readonly type: string;
  }
  export class Template {
    readonly parsed: Statement;
    constructor(template: string);
  }
  export class Environment {
    set(name: string, value: unknown): RuntimeValue;
  }
  export class Interpreter {
    constructor(environment: Environment);
    run(program: Statement): RuntimeValue;
    evaluate(statement: Statement | undefined, environment: Environment): RuntimeValue;
  }
}
