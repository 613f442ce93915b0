import { Tokenizer } from '@huggingface/tokenizers';
import { describe, expect, it } from 'vitest';
import { benchmarkPromptSet } from './prompt-set.ts';
import {
  baseSpecialTokens,
  FIRST_SPECIAL_TOKEN_ID,
  randomVocabulary,
  tokenizerFiles,
  videoMindSpecialTokens,
} from './random-tokenizer.ts';

const vocabulary = randomVocabulary(Object.values(benchmarkPromptSet.prompts));
const files = tokenizerFiles(vocabulary, [...baseSpecialTokens, ...videoMindSpecialTokens]);
/** The package's own types do not resolve in strict ES modules; this is what is used of it. */
type TokenizerConstructor = new (
  tokenizer: object,
  config: object,
) => {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
  decode(ids: number[], options: { skip_special_tokens: boolean }): string;
};
const tokenizer = new (Tokenizer as unknown as TokenizerConstructor)(
  JSON.parse(files['tokenizer.json'] ?? '') as object,
  JSON.parse(files['tokenizer_config.json'] ?? '') as object,
);
const ids = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).ids;

describe('the random tokenizer', () => {
  it('has 151,643 different tokens before the special ones, each merge made of earlier tokens', () => {
    expect(vocabulary.tokens).toHaveLength(FIRST_SPECIAL_TOKEN_ID);
    const places = new Map(vocabulary.tokens.map((token, id) => [token, id]));
    expect(places.size).toBe(FIRST_SPECIAL_TOKEN_ID);
    const early = vocabulary.merges.every(([left, right], index) => {
      const made = 256 + index;
      return (
        [left, right].every((part) => (places.get(part) ?? made) < made) && places.get(left + right) === made
      );
    });
    expect(early).toBe(true);
  });

  it('encodes the words that the verifier reads to the ids that Qwen2 gives them', () => {
    expect(ids('Yes')).toEqual([9454]);
    expect(ids('No')).toEqual([2753]);
  });

  it('encodes special tokens to their true ids', () => {
    expect(ids('<|endoftext|><|im_start|><|im_end|>')).toEqual([151_643, 151_644, 151_645]);
    expect(ids('<|vision_start|><|vision_end|><|image_pad|><|video_pad|>')).toEqual([
      151_652, 151_653, 151_655, 151_656,
    ]);
    expect(ids('<|reg|><|seg_start|><|seg_end|>')).toEqual([151_657, 151_658, 151_659]);
  });

  it('gives a prompt about one token a word, as a trained tokenizer does', () => {
    const prompt = benchmarkPromptSet.prompts.planner;
    const words = prompt.split(/\s+/).length;
    expect(ids(prompt).length).toBeLessThan(1.6 * words);
  });

  it('gives any text back', () => {
    const text = 'Zwölf Boxkämpfer – 十二\n\tjagen "Viktor" quer 🎬.';
    expect(tokenizer.decode(ids(text), { skip_special_tokens: false })).toBe(text);
  });
});
