import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../read-file.ts';
import { engineErrorOf, expectOnlyEngineErrors } from '../testing/engine-error.ts';
import { createTokenizer, loadTokenizer } from './tokenizer.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

function packFile(pack: string, name: string): unknown {
  return JSON.parse(readFileSync(`${fixtures}${pack}/${name}`, 'utf8'));
}

async function loadPackTokenizer(pack: string): ReturnType<typeof loadTokenizer> {
  return loadTokenizer({ tokenizerPath: `${fixtures}${pack}/model/tokenizer.json` });
}

test.each(['pack-2b', 'pack-7b'])(
  'encodes and decodes the texts of %s as the reference does',
  async (pack) => {
    const tokenizer = await loadPackTokenizer(pack);
    const { tokenize } = packFile(pack, 'expected/tables.json') as {
      tokenize: { text: string; ids: number[]; decoded: string }[];
    };
    expect(tokenize.length).toBeGreaterThan(0);
    for (const { text, ids, decoded } of tokenize) {
      expect(tokenizer.encode(text)).toEqual(ids);
      expect(tokenizer.decode(ids, { keepSpecial: true })).toBe(decoded);
    }
  },
);

test.each(['pack-qwen2.5', 'pack-qwen3'])(
  'encodes and decodes the texts of %s likewise, think tags kept where special tokens are left out',
  async (pack) => {
    const tokenizerPath = `${fixtures}${pack}/checkpoint/tokenizer.json`;
    const tokenizer = await loadTokenizer({ tokenizerPath });
    const { tokenize } = packFile(pack, 'expected/tables.json') as {
      tokenize: { text: string; ids: number[]; decoded: string; decodedPlain: string }[];
    };
    expect(tokenize.length).toBeGreaterThan(0);
    for (const { text, ids, decoded, decodedPlain } of tokenize) {
      expect(tokenizer.encode(text)).toEqual(ids);
      expect(tokenizer.decode(ids, { keepSpecial: true })).toBe(decoded);
      expect(tokenizer.decode(ids)).toBe(decodedPlain);
    }
    const reply = '<think>so</think>';
    expect(tokenizer.decode(tokenizer.encode(`${reply}<|im_end|>`))).toBe(reply);
  },
);

test('leaves special tokens out unless they are wanted, and knows their ids', async () => {
  const tokenizer = await loadPackTokenizer('pack-2b');
  const ids = tokenizer.encode('at <|reg|> .<|im_end|>');
  expect(ids).toContain(598);
  expect(tokenizer.decode(ids)).toBe('at  .');
  expect(tokenizer.decode(ids, { keepSpecial: true })).toBe('at <|reg|> .<|im_end|>');
  expect(tokenizer.tokenId('<|seg_end|>')).toBe(600);
  expect(tokenizer.tokenId('<|nothing|>')).toBeUndefined();
});

test('keeps spaces before punctuation on decoding', async () => {
  const tokenizer = await loadPackTokenizer('pack-2b');
  const text = " one , two . It 's  ok ! n't ?";
  expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
});

test('composes letters with their accents before encoding', async () => {
  const tokenizer = await loadPackTokenizer('pack-2b');
  expect(tokenizer.encode('A\u030a')).toEqual(tokenizer.encode('\u00c5'));
});

test('padding ids that no token has stand for no text', async () => {
  const tokenizer = await loadPackTokenizer('pack-2b');
  expect(tokenizer.decode([])).toBe('');
  expect(tokenizer.decode([639])).toBe('');
  expect(tokenizer.decode([639, ...tokenizer.encode('Yes'), 620])).toBe('Yes');
});

test('added tokens that are not special survive decoding', () => {
  const base = packFile('pack-2b', 'model/tokenizer.json') as { added_tokens: object[] };
  const tokenizer = createTokenizer(
    {
      ...base,
      added_tokens: [
        ...base.added_tokens,
        {
          id: 601,
          content: '<think>',
          special: false,
          normalized: false,
          lstrip: false,
          rstrip: false,
          single_word: false,
        },
      ],
    },
    'tokenizer.json',
  );
  const ids = tokenizer.encode('<think>a<|im_end|>');
  expect(ids[0]).toBe(601);
  expect(tokenizer.decode(ids)).toBe('<think>a');
});

test.each([
  ['words', 'what does the man do '.repeat(2400)],
  ['one long word', 'abcdefgh'.repeat(6250)],
  ['one letter', 'x'.repeat(50_000)],
  ['spaces', ' '.repeat(50_000)],
  ['emoji', '\u{1f642}'.repeat(25_000)],
])(
  'encodes 50,000 characters of %s and gets them back',
  async (_, text) => {
    const tokenizer = await loadPackTokenizer('pack-2b');
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  },
  1000,
);

const whole = packFile('pack-2b', 'model/tokenizer.json') as JsonObject & { model: JsonObject };

test.each<[string, JsonObject, RegExp]>([
  ['an empty object', {}, /no model/],
  ['another model', { ...whole, model: { ...whole.model, type: 'Unigram' } }, /byte-pair/],
  ['no vocabulary', { ...whole, model: { ...whole.model, vocab: {} } }, /no vocabulary/],
  [
    'ids that are no ids',
    { ...whole, model: { ...whole.model, vocab: { ...(whole.model['vocab'] as object), a: -1 } } },
    /no token id/,
  ],
  ['merges that are no pairs', { ...whole, model: { ...whole.model, merges: [1] } }, /merges/],
  ['a huge added id', { ...whole, added_tokens: [{ id: 2 ** 31, content: 'x' }] }, /added tokens/],
  [
    'a vocabulary with holes',
    { ...whole, model: { ...whole.model, vocab: { a: 0 }, merges: [] } },
    /all bytes/,
  ],
  [
    'a broken expression',
    { ...whole, pre_tokenizer: { type: 'Split', pattern: { Regex: '(' } } },
    /tokenizer.json/,
  ],
  ['an unknown part', { ...whole, normalizer: { type: 'Magic' } }, /Magic/],
])('refuses %s', async (_, tokenizer, message) => {
  const error = await engineErrorOf(() => createTokenizer(tokenizer, 'tokenizer.json'));
  expect(error.code).toBe('TOKENIZER_INVALID');
  expect(error.message).toMatch(message);
});

test('whatever a part of the file holds, only a typed error comes out', async () => {
  const part = fc.constantFrom(
    'normalizer',
    'pre_tokenizer',
    'post_processor',
    'decoder',
    'added_tokens',
    'model',
    'x',
  );
  const type = fc.constantFrom(
    'NFC',
    'Sequence',
    'ByteLevel',
    'Split',
    'BPE',
    'Replace',
    'TemplateProcessing',
    'Fuse',
  );
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.record({
      type,
      pattern: fc.record({ Regex: fc.string() }),
      normalizers: fc.jsonValue({ maxDepth: 2 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(part, value, async (name, content) => {
      await expectOnlyEngineErrors(() =>
        createTokenizer({ ...whole, [name]: content }, 'tokenizer.json').encode('a b'),
      );
    }),
    { numRuns: 200 },
  );
});
