import { expect, test } from 'vitest';
import { loadTokenizer } from '../../checkpoints/text/tokenizer.ts';
import { packPath } from '../test-support/reference-pack.ts';
import { TextStream } from './text-stream.ts';

const tokenizer = await loadTokenizer({ tokenizerPath: packPath('pack-2b', 'model/tokenizer.json') });

test.each(['plain text', 'naïve — 日本語 🙂👩‍👩‍👧', 'The moment is at <|reg|>.', '  two\n spaces '])(
  'the pieces of %j add up to it, and no piece ends in half a character',
  (text) => {
    const stream = new TextStream(tokenizer);
    const pieces = tokenizer.encode(text).map((id) => stream.push(id));
    expect(pieces.join('') + stream.flush()).toBe(text);
    expect(pieces.join('')).not.toContain('\uFFFD');
  },
);

test('what never becomes a character comes at the end', () => {
  const [firstByte] = tokenizer.encode('日');
  const stream = new TextStream(tokenizer);
  expect(stream.push(firstByte!)).toBe('');
  expect(stream.flush()).toBe('\uFFFD');
});
