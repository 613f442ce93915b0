import type { TextTokenizer } from '../../architectures/vision-language-model.ts';

/** What a decoder writes for bytes that are no whole character yet. */
const incomplete = '\uFFFD';

/** Turns generated tokens into text as they come, holding back characters whose bytes are not all there. */
export class TextStream {
  readonly #tokenizer: TextTokenizer;
  readonly #keepSpecial: boolean;
  #pending: number[] = [];

  /** Special tokens are part of the text, or left out of it. */
  constructor(tokenizer: TextTokenizer, keepSpecial = true) {
    this.#tokenizer = tokenizer;
    this.#keepSpecial = keepSpecial;
  }

  /** The text that this token completes; empty while a character is incomplete. */
  push(tokenId: number): string {
    this.#pending.push(tokenId);
    const text = this.#decodePending();
    if (text.endsWith(incomplete)) return '';
    this.#pending = [];
    return text;
  }

  /** What was held back at the end. */
  flush(): string {
    const text = this.#decodePending();
    this.#pending = [];
    return text;
  }

  #decodePending(): string {
    return this.#tokenizer.decode(this.#pending, { keepSpecial: this.#keepSpecial });
  }
}
