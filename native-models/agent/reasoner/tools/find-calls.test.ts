import { expect, test } from 'vitest';
import { writeJson } from '../../../python-text/write-values.ts';
import { readToolPackJson, readToolPackText } from '../../test-support/tool-pack.ts';
import { findAnswer, findCalls } from './find-calls.ts';
import { readProtocol } from './read-protocol.ts';

const protocol = readProtocol(readToolPackText('pack-tools', 'tools.json'));
const tables = readToolPackJson('pack-tools', 'expected/tables.json') as {
  findCalls: {
    text: string;
    calls: { name: string; arguments: string }[];
    content: string;
    malformed: boolean;
  }[];
  answer: { text: string; answer: string | null }[];
};

test.each(tables.findCalls)('$text', ({ text, ...expected }) => {
  const { calls, ...found } = findCalls(text, protocol.call);
  const written = calls.map((call) => ({ name: call.name, arguments: writeJson(call.arguments) }));
  expect({ calls: written, ...found }).toEqual(expected);
});

test.each(tables.answer)('the answer of $text is $answer', ({ text, answer }) => {
  expect(findAnswer(text, protocol.answer) ?? null).toBe(answer);
});

test('a reply of nothing but tags is read in time that grows with its length', () => {
  expect(findCalls('<tool_call>'.repeat(200_000), protocol.call).malformed).toBe(true);
  expect(
    findCalls(`<tool_call>{"name":"t","arguments":{}}</tool_call>`.repeat(20_000), protocol.call).calls,
  ).toHaveLength(20_000);
});
