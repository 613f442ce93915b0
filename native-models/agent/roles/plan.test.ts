import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePlan } from './plan.ts';
import { expectedRuns, packNames } from '../test-support/reference-pack.ts';

const question = 'Where is the cat?';
const parse = (response: string, mayAnswerDirectly = true) => {
  const { query, grounding } = parsePlan(response, question, { mayAnswerDirectly });
  return { query, grounding };
};
const groundTheQuestion = { query: question, grounding: true };

test.each(packNames)('replies of %s are read as the reference read them', (pack) => {
  for (const { ask, planner } of expectedRuns(pack)) {
    const limits = { mayAnswerDirectly: true };
    expect(parsePlan(planner!.response, ask.question, limits)).toEqual({
      response: planner!.response,
      query: planner!.query,
      grounding: planner!.grounding,
    });
  }
});

test.each([
  ['a list', '[{"type": "grounder", "value": "a cat"}, {"type": "answerer"}]'],
  ['a lone object', '{"type": "grounder", "value": "a cat"}'],
  ['any case', ' {"type": "Grounder", "value": "a cat"}\n'],
])('%s that starts with the grounder gives the query', (_, reply) => {
  expect(parse(reply)).toEqual({ query: 'a cat', grounding: true });
});

test('the answerer first skips grounding, but only where the answerer runs', () => {
  expect(parse('[{"type": "ANSWERER"}]')).toEqual({ query: question, grounding: false });
  expect(parse('{"type": "answerer"}', false)).toEqual(groundTheQuestion);
});

test.each([
  '',
  'grounder',
  '[]',
  '[null]',
  'null',
  '7',
  '"answerer"',
  '{}',
  '[["grounder"]]',
  '[{"type": "grounder"}]',
  '[{"type": "grounder", "value": ""}]',
  '[{"type": "grounder", "value": "  "}]',
  '[{"type": "grounder", "value": 5}]',
  '[{"type": ["answerer"]}]',
  '[{"type": "verifier"}, {"type": "answerer"}]',
  '[{"type": "answerer"}',
  'Sure! [{"type": "answerer"}]',
])('anything else grounds the question: %s', (reply) => {
  expect(parse(reply)).toEqual(groundTheQuestion);
});

test('no reply makes it throw or return an empty query', () => {
  const reply = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.json().map((text) => `[{"type": "grounder", "value": ${text}}]`),
  );
  fc.assert(
    fc.property(reply, (text) => {
      const plan = parsePlan(text, question, { mayAnswerDirectly: true });
      expect(plan.response).toBe(text);
      expect(plan.query.trim()).not.toBe('');
    }),
  );
});
