/**
 * A byte-level BPE tokenizer with Qwen2's layout (256 bytes, 151,387 merges, then special tokens at their true ids) and
 * merges of our own: those of BPE trained on a few sentences, so that prompts come out about as long as with the real
 * one, then letter combinations up to the full count, so that loading it costs what loading the real one costs.
 */

/** Where the special tokens begin: bytes and merges come before. */
export const FIRST_SPECIAL_TOKEN_ID = 151_643;

/** Special tokens of the base, from `FIRST_SPECIAL_TOKEN_ID` on. */
export const baseSpecialTokens = [
  '<|endoftext|>',
  '<|im_start|>',
  '<|im_end|>',
  '<|object_ref_start|>',
  '<|object_ref_end|>',
  '<|box_start|>',
  '<|box_end|>',
  '<|quad_start|>',
  '<|quad_end|>',
  '<|vision_start|>',
  '<|vision_end|>',
  '<|vision_pad|>',
  '<|image_pad|>',
  '<|video_pad|>',
] as const;

/** The three that a VideoMind checkpoint adds. */
export const videoMindSpecialTokens = ['<|reg|>', '<|seg_start|>', '<|seg_end|>'] as const;

/** Words that the verifier reads out of the logits, and the ids that Qwen2 gives them. */
const pinnedMerges: readonly { readonly id: number; readonly left: string; readonly right: string }[] = [
  { id: 2753, left: 'N', right: 'o' },
  { id: 9454, left: 'Y', right: 'es' },
];

/** Qwen2's split into words, without the contractions: close enough for training. */
const wordPattern = /[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+/gu;

/** The printable characters that stand for the 256 bytes, in order of id (GPT-2's alphabet). */
function byteAlphabet(): { readonly byByte: readonly string[]; readonly byId: readonly string[] } {
  let next = 256;
  const byByte = Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCharCode(printable ? byte : next++);
  });
  return { byByte, byId: [...byByte].sort() };
}

/** Bytes and merges; the id of a token is its place in `tokens`. */
export interface BytePairVocabulary {
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
}

/** Collects merges; each makes one new token. */
class VocabularyBuilder {
  readonly tokens: string[];
  readonly merges: [string, string][] = [];
  readonly #known: Set<string>;

  constructor(bytes: readonly string[]) {
    this.tokens = [...bytes];
    this.#known = new Set(bytes);
  }

  /** Adds a merge unless its result exists; puts in those with a fixed id when their turn has come. */
  merge(left: string, right: string): void {
    const pinned = pinnedMerges.find((pin) => pin.id === this.tokens.length);
    if (pinned !== undefined) this.#add(pinned.left, pinned.right);
    if (!this.#known.has(left + right)) this.#add(left, right);
  }

  #add(left: string, right: string): void {
    this.merges.push([left, right]);
    this.tokens.push(left + right);
    this.#known.add(left + right);
  }
}

/** Plain BPE over words counted once each: merges the most frequent pair until every word is one token. */
function train(words: Iterable<readonly string[]>, builder: VocabularyBuilder): void {
  const pieces = [...words].map((word) => [...word]);
  for (;;) {
    const counts = new Map<string, number>();
    for (const word of pieces) {
      for (let i = 0; i + 1 < word.length; i++) {
        const pair = `${word[i] ?? ''}\n${word[i + 1] ?? ''}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const best = [...counts].reduce<readonly [string, number]>((a, b) => (b[1] > a[1] ? b : a), ['', 0])[0];
    const [left, right] = best.split('\n');
    if (left === undefined || right === undefined) return;
    builder.merge(left, right);
    for (const word of pieces) {
      for (let i = 0; i + 1 < word.length; i++) {
        if (word[i] === left && word[i + 1] === right) word.splice(i, 2, left + right);
      }
    }
  }
}

/** The vocabulary before special tokens: 151,643 tokens, in which `sentences` have a token for each word. */
export function randomVocabulary(sentences: readonly string[]): BytePairVocabulary {
  const { byByte, byId } = byteAlphabet();
  const builder = new VocabularyBuilder(byId);
  // Words with the first letter of a pinned token are left out: they would give it another way to come about.
  const words = new Set(sentences.flatMap((sentence) => sentence.match(wordPattern) ?? []));
  const trained = [...words].filter((word) => !/[YN]/.test(word));
  train(
    trained.map((word) => Array.from(Buffer.from(word, 'utf8'), (byte) => byByte[byte] ?? '')),
    builder,
  );

  const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
  const pairs = letters.flatMap((first) => letters.map((second) => first + second));
  for (const pair of pairs) builder.merge(pair.charAt(0), pair.charAt(1));
  for (const first of pairs) {
    for (const second of pairs) {
      if (builder.tokens.length >= FIRST_SPECIAL_TOKEN_ID) return builder;
      builder.merge(first, second);
    }
  }
  return builder;
}

/** Chat template: a default system message, video and image marks, then a place for the reply. */
const chatTemplate =
  "{% for message in messages %}{% if loop.first and message['role'] != 'system' %}<|im_start|>system\n" +
  'You are a helpful assistant.<|im_end|>\n' +
  "{% endif %}<|im_start|>{{ message['role'] }}\n" +
  "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}" +
  "{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>" +
  "{% elif part['type'] == 'video' %}<|vision_start|><|video_pad|><|vision_end|>" +
  "{% elif 'text' in part %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n" +
  '{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';

const splitPattern =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" +
  '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';

/** The tokenizer files of a checkpoint folder, name → content, with `specialTokens` after the vocabulary. */
export function tokenizerFiles(
  vocabulary: BytePairVocabulary,
  specialTokens: readonly string[],
): Record<string, string> {
  const added = specialTokens.map((content, index) => ({
    id: FIRST_SPECIAL_TOKEN_ID + index,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const vocab = Object.fromEntries(vocabulary.tokens.map((token, id) => [token, id]));
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false };
  const additional = specialTokens.slice(1);
  return {
    'vocab.json': JSON.stringify(vocab),
    'merges.txt': `#version: 0.2\n${vocabulary.merges.map((merge) => `${merge.join(' ')}\n`).join('')}`,
    'added_tokens.json': JSON.stringify(Object.fromEntries(added.map(({ content, id }) => [content, id]))),
    'special_tokens_map.json': JSON.stringify({
      additional_special_tokens: additional,
      eos_token: '<|im_end|>',
      pad_token: '<|endoftext|>',
    }),
    'chat_template.json': JSON.stringify({ chat_template: chatTemplate }),
    'tokenizer_config.json': JSON.stringify({
      add_prefix_space: false,
      added_tokens_decoder: Object.fromEntries(added.map(({ id, ...token }) => [String(id), token])),
      additional_special_tokens: additional,
      bos_token: null,
      chat_template: chatTemplate,
      clean_up_tokenization_spaces: false,
      eos_token: '<|im_end|>',
      model_max_length: 32_768,
      pad_token: '<|endoftext|>',
      tokenizer_class: 'Qwen2Tokenizer',
      unk_token: null,
    }),
    'tokenizer.json': JSON.stringify({
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: added,
      normalizer: { type: 'NFC' },
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'Split', pattern: { Regex: splitPattern }, behavior: 'Isolated', invert: false },
          byteLevel,
        ],
      },
      post_processor: byteLevel,
      decoder: byteLevel,
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: '',
        end_of_word_suffix: '',
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab,
        merges: vocabulary.merges.map((merge) => merge.join(' ')),
      },
    }),
  };
}
