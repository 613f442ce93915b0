import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reasoningSteps } from './reasoning-steps.ts';

test.each([
  ['First this.\nStill this.\n\nThen that.', ['First this.\nStill this.', 'Then that.']],
  ['First this.\nThen that. And more.', ['First this.', 'Then that. And more.']],
  [
    'At 12.5 s a door opens. A man walks in! "Who?" She waits.',
    ['At 12.5 s a door opens.', 'A man walks in!', '"Who?"', 'She waits.'],
  ],
  ['only one step', ['only one step']],
  [' \n ', []],
])('the steps of %j', (reasoning, steps) => {
  expect(reasoningSteps(reasoning)).toEqual(steps);
});

test('nothing but white space is lost', () => {
  const words = fc.array(fc.constantFrom('A', 'b.', '?', '\n', '\n\n', ' ', '。', 'C!"'), { maxLength: 40 });
  fc.assert(
    fc.property(words, (parts) => {
      const text = parts.join('');
      expect(reasoningSteps(text).join('').replace(/\s/gu, '')).toBe(text.replace(/\s/gu, ''));
    }),
  );
});
