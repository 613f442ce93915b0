import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readOption, readReply } from './answer-text.ts';
import { ReplyParts } from './reply-parts.ts';
import type { ReplyPiece } from './reply-parts.ts';

function partsOf(pieces: readonly string[]): { reasoning: string; answer: string } {
  const parts = new ReplyParts();
  const said: ReplyPiece[] = [...pieces.flatMap((piece) => parts.push(piece)), ...parts.flush()];
  const join = (part: ReplyPiece['part']) =>
    said
      .filter((piece) => piece.part === part)
      .map((piece) => piece.text)
      .join('');
  return { reasoning: join('reasoning'), answer: join('answer') };
}

describe('a reply as it comes in', () => {
  const reply = '<think>\nIt goes <right>, so 3 < 5.\n</think>\n\n<answer> B </answer>';

  test('reasoning and answer are told apart, tags and separating space left out', () => {
    const expected = { reasoning: 'It goes <right>, so 3 < 5.', answer: 'B' };
    expect(partsOf([reply])).toEqual(expected);
    expect(partsOf(reply.match(/./gsu)!)).toEqual(expected);
    expect(partsOf(reply.match(/.{1,5}/gsu)!)).toEqual(expected);
  });

  test('a piece is given as soon as it is certain', () => {
    const parts = new ReplyParts();
    expect(parts.push('<thi')).toEqual([]);
    expect(parts.push('nk>It')).toEqual([{ part: 'reasoning', text: 'It' }]);
    expect(parts.push(' is <')).toEqual([{ part: 'reasoning', text: ' is' }]);
    expect(parts.push('5')).toEqual([{ part: 'reasoning', text: ' <5' }]);
  });

  test('a plain reply is all answer', () => {
    expect(partsOf(['A dog', ' runs.'])).toEqual({ reasoning: '', answer: 'A dog runs.' });
  });

  test('what looked like a tag at the end is text', () => {
    expect(partsOf(['<think>so <ans'])).toEqual({ reasoning: 'so <ans', answer: '' });
  });

  test('how it is cut into pieces makes no difference', () => {
    const piece = fc.constantFrom(
      ...['<', 'think', '>', '</', 'answer', '<think>', '</think>', '<answer>', ' ', '\n', 'a', '<b>', 'ﬀ'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(partsOf(pieces)).toEqual(partsOf(pieces.join('').match(/./gsu) ?? []));
      }),
    );
  });
});

describe('a finished reply', () => {
  test.each([
    ['<think>why</think>\n<answer>A</answer>', 'why', 'A', true],
    ['<think>why</think><answer>\n</answer><ANSWER> b c </ANSWER>', 'why', 'b c', true],
    ['<think>a</think>b', 'a', '<think>a</think>b', false],
    ['<think>cut here', 'cut here', '<think>cut here', false],
    ['opened by the template</think><answer>A</answer>', 'opened by the template', 'A', true],
    ['just text', '', 'just text', false],
    ['<answer>A</answer> closed for no reason</think>', '', 'A', true],
    ['<answer>one</answer><answer>two</answer>', '', 'one', true],
    ['<answer>cut', '', '<answer>cut', false],
    ['', '', '', false],
  ])('%j', (response, reasoning, answer, hasAnswerBlock) => {
    expect(readReply(response)).toEqual({ reasoning, answer, hasAnswerBlock });
  });

  test('any text is read, quickly, and its answer stands in it', () => {
    const piece = fc.constantFrom('<think>', '</think>', '<answer>', '</answer>', '<', 'x', '\n', ' ');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const response = pieces.join('');
        expect(response).toContain(readReply(response).answer);
      }),
    );
    const startMs = performance.now();
    readReply('<answer>'.repeat(4000));
    readReply('<think>'.repeat(20_000));
    expect(performance.now() - startMs).toBeLessThan(2000);
  });
});

describe('the letter of an answer', () => {
  const options = ['A. a circle', 'B. a square', 'C. a plus'];
  test.each([
    ['B', 'B'],
    ['(C)', 'C'],
    ['B. a square', 'B'],
    ['a square', 'B'],
    ['A square', 'B'],
    ['A dog', undefined],
    ['The answer is C', 'C'],
    ['**Answer: B**', 'B'],
    ['The answer is a dog', undefined],
    ['D', undefined],
    ['', undefined],
  ])('%j is %s', (answer, letter) => {
    expect(readOption(answer, options)).toBe(letter);
  });
});
