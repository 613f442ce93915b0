import { expect, test } from 'vitest';
import { checkOptions, choiceQuestion } from './choices.ts';

const choices = {
  option: '\n({letter}) {text}',
  question: '{question}\nOptions:{options}\nPlease only give the best option.',
  replyStart: 'Best Option: (',
};

test('options are lettered and start in upper case, the rest as given', () => {
  expect(choiceQuestion('Which?', ['red', 'éclair au Chocolat', '42'], choices)).toBe(
    'Which?\nOptions:\n(A) Red\n(B) Éclair au Chocolat\n(C) 42\nPlease only give the best option.',
  );
});

test('placeholders and dollar signs inside a question or option are text', () => {
  expect(choiceQuestion('{options} $& {letter}', ['{text}', "$'"], choices)).toBe(
    "{options} $& {letter}\nOptions:\n(A) {text}\n(B) $'\nPlease only give the best option.",
  );
});

test('options that cannot be lettered are refused', () => {
  expect(() => checkOptions(['one'])).toThrow('2 to 26');
  expect(() => checkOptions(Array.from({ length: 27 }, String))).toThrow('27 options');
  expect(() => checkOptions(['one', ' '])).toThrow('Option B is empty');
  expect(() => checkOptions(['one', 'two'])).not.toThrow();
});
