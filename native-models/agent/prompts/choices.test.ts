import { expect, test } from 'vitest';
import { checkOptions, choiceQuestion, readChoice } from './choices.ts';

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

test.each([
  ['A) Circle', 'A'],
  ['(B) Square', 'B'],
  [' c', 'C'],
  ['B.', 'B'],
  ['The best option is (C).', 'C'],
  ['square', 'B'],
  ['Square.', 'B'],
])('the reply %j chooses %s', (reply, letter) => {
  expect(readChoice(reply, ['circle', 'square', 'triangle'])).toBe(letter);
});

test.each(['D) Plus', 'A plus sign', 'I do not know', '', "A's"])('the reply %j chooses nothing', (reply) => {
  expect(readChoice(reply, ['circle', 'square', 'triangle'])).toBeUndefined();
});

test('options that cannot be lettered are refused', () => {
  expect(() => checkOptions(['one'])).toThrow('2 to 26');
  expect(() => checkOptions(Array.from({ length: 27 }, String))).toThrow('27 options');
  expect(() => checkOptions(['one', ' '])).toThrow('Option B is empty');
  expect(() => checkOptions(['one', 'two'])).not.toThrow();
});
