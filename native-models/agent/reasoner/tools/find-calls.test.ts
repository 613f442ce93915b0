import { describe, expect, test } from 'vitest';
import { writeJson } from '../../../python-text/write-values.ts';
import { readToolPackJson, readToolPackText } from '../../test-support/tool-pack.ts';
import { findAnswer, findCalls, untilLastCall } from './find-calls.ts';
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

describe('a call of one tool, its arguments alone between the tags', () => {
  const form = { open: '<z>', close: '</z>', tool: 'zoom', broken: 'told', which: 'all' } as const;
  const reply = 'Look. <z>{"at": 1.0}</z> And <z>{"at": </z><z>{"at": 2}';

  test('is found as the tool’s; what cannot be read is told, or left out, or ends the run', () => {
    const written = (broken: 'told' | 'skipped' | 'ends') =>
      findCalls(reply, { ...form, broken }).calls.map(({ name, arguments: given }) => [
        name,
        writeJson(given),
      ]);
    const [first, last] = [
      ['zoom', '{"at": 1.0}'],
      ['zoom', '{"at": 2}'],
    ];
    expect(written('told')).toEqual([first, ['zoom', String.raw`"{\"at\": "`], last]);
    expect(findCalls(reply, form)).toMatchObject({ calls: [{}, { broken: true }, {}], content: 'Look. ' });
    expect(written('skipped')).toEqual([first, last]);
    expect(findCalls(reply, { ...form, broken: 'ends' })).toMatchObject({ calls: [], malformed: true });
    expect(findCalls('<z>7</z>', { ...form, broken: 'skipped' })).toMatchObject({
      calls: [],
      malformed: true,
    });
  });

  test('may be the first of a reply alone, which ends with it', () => {
    expect(findCalls(reply, { ...form, which: 'first' }).calls).toHaveLength(1);
    expect(untilLastCall(reply, { ...form, which: 'first' })).toBe('Look. <z>{"at": 1.0}</z>');
    expect(untilLastCall(`${reply}</z> unseen`, form)).toBe(`${reply}</z>`);
    expect(untilLastCall('None.', form)).toBe('None.');
  });

  test('that was never closed is part of what was said, and a closing tag before it ends nothing', () => {
    expect(untilLastCall('<z>{"at": 1}</z> <z>{"at": 2}', form)).toBe('<z>{"at": 1}</z> <z>{"at": 2}');
    const stray = 'No </z>, but <z>{"at": 1}</z>';
    expect(untilLastCall(`${stray} unseen`, { ...form, which: 'first' })).toBe(stray);
    expect(untilLastCall('No </z> at all.', form)).toBe('No </z> at all.');
  });
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
