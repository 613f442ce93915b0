import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readChoice } from './read-choice.ts';

describe('the letter that a reply chooses', () => {
  const animals = ['a red car', 'a dog', 'the sea', 'nothing'];

  test.each([
    ...['B', 'b', '**B**', '(B)', '（B）', ' B.', 'B)', 'B：a dog', '[B]', '"B"', '*B*', '__B__', '【B】'],
    ...[
      'The answer is B',
      'Answer: B',
      'answer: (b).',
      'The correct answer is option B.',
      'Best option: (B)',
    ],
    ...['The answer is **B**.', '**Answer:** B', 'Final answer: B because it barks', 'My choice is B'],
    ...['<answer>B</answer>', '<answer> (B) a dog </answer>', '<think>A or C?</think>B', '<answer>B'],
    ...['<think>It is A.</think><answer>B</answer>', '<|begin_of_box|>B<|end_of_box|>'],
    ...[String.raw`\boxed{B}`, String.raw`So $\boxed{\text{B}}$`, String.raw`\boxed{A} no, \boxed{B}`],
    ...['(A) is wrong; (B) is right', 'Not A but B', 'B is correct. A shows a red car that is not there'],
    ...['A错误，B正确', 'It is B rather than C', 'A and C are incorrect. B is the best answer.'],
    ...['Option B is right because (A) is wrong', 'B is right', 'I think it is B.', 'Definitely B'],
    ...[
      '答案是B',
      '答案：B',
      '选B。',
      '正确答案是 B，因为',
      '選B',
      '我选择B',
      '应选B',
      '答えはB',
      '정답은 B',
      '答案是（B）',
    ],
    ...['Die Antwort ist B.', 'La respuesta es B', 'Réponse : B', 'Ответ: B'],
    ...['a dog', 'A dog.', 'The answer is a dog', 'B. A dog', 'b: a dog'],
  ])('%j is B', (reply) => {
    expect(readChoice(reply, animals)).toBe('B');
  });

  test.each([
    ...['B or C', 'B, C', 'B/C', '(B) or (C)', 'The answer is B or C', 'None of the above', 'E', '(E)', 'e'],
    ...[
      'A man walks in; so it is D',
      'A cat',
      'The answer is a cat',
      'I do not know',
      '',
      ' ',
      "A's",
      '答案',
    ],
    ...[
      'The answer is not B',
      'B is wrong',
      'A and B are wrong',
      'Option B or option C',
      'The answer is E',
      '选B或C',
      '答案是B和C',
      '42',
      'Is it an option?',
    ],
  ])('%j is none', (reply) => {
    expect(readChoice(reply, animals)).toBeUndefined();
  });

  test('is by the text of an option that begins like a letter', () => {
    const options = ['Red cup', 'Blue door', 'Green tree', 'A white wall'];
    expect(readChoice('A white wall.', options)).toBe('D');
    expect(readChoice('D. A white wall', options)).toBe('D');
    expect(readChoice('Best option: (C) Green tree', options)).toBe('C');
    expect(readChoice('best option: c.', options)).toBe('C');
    expect(readChoice('I think it is C.', options)).toBe('C');
    expect(readChoice('A plus sign', ['circle', 'square', 'triangle'])).toBeUndefined();
    expect(readChoice('The best option is (C).', ['circle', 'square', 'triangle'])).toBe('C');
  });

  test('is a letter before it is the text of an option that is a letter', () => {
    expect(readChoice('A', ['B', 'A'])).toBe('A');
  });

  test('of any reply is one that was offered, or none', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('answer', ' is ', 'B', '(C)', '答案', '<answer>', '\\boxed{', '}'),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.string(), { maxLength: 26 }), (pieces, options) => {
        const letter = readChoice(pieces.join(''), options);
        if (letter !== undefined)
          expect('ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf(letter)).toBeLessThan(options.length);
      }),
    );
  });
});
