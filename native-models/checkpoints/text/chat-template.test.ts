import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { ChatMessage } from '../../architectures/vision-language-model.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { JsonValue } from '../../python-text/json-value.ts';
import { readJson } from '../../python-text/read-json.ts';
import { readChatTemplate } from '../checkpoint-files.ts';
import { compileChatTemplate } from './chat-template.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

interface TemplateCase {
  readonly messages: ChatMessage[];
  readonly text: string;
}

test.each(['pack-2b', 'pack-7b'])('renders the conversations of %s as the reference does', async (pack) => {
  const template = compileChatTemplate((await readChatTemplate([`${fixtures}${pack}/model`])).text);
  const tables = JSON.parse(readFileSync(`${fixtures}${pack}/expected/tables.json`, 'utf8')) as {
    chatTemplate: TemplateCase[];
  };
  expect(tables.chatTemplate.length).toBeGreaterThan(0);
  for (const { messages, text } of tables.chatTemplate) {
    expect(template(messages, { addGenerationPrompt: true })).toBe(text);
  }
});

test.each(['pack-qwen2.5', 'pack-qwen3'])('renders the conversations of %s likewise', async (pack) => {
  const template = compileChatTemplate((await readChatTemplate([`${fixtures}${pack}/checkpoint`])).text);
  const tables = JSON.parse(readFileSync(`${fixtures}${pack}/expected/tables.json`, 'utf8')) as {
    chatTemplate: (TemplateCase & { addVisionId: boolean; addGenerationPrompt: boolean })[];
  };
  expect(tables.chatTemplate.length).toBeGreaterThan(0);
  for (const { messages, text, ...options } of tables.chatTemplate) {
    expect(template(messages, options)).toBe(text);
  }
});

interface ToolTemplateCase {
  readonly messages: readonly {
    readonly role: ChatMessage['role'];
    readonly content: ChatMessage['content'];
    readonly tool_calls?: readonly {
      readonly function: { readonly name: string; readonly arguments: string };
    }[];
  }[];
  readonly tools: unknown;
  readonly addVisionId: boolean;
  readonly addGenerationPrompt: boolean;
  readonly text: string;
}

test.each(['pack-tools', 'pack-tools-qwen3'])(
  'renders calls, results and tools of %s likewise',
  async (pack) => {
    const protocol = JSON.parse(readFileSync(`${fixtures}${pack}/tools.json`, 'utf8')) as {
      chatTemplate: string | null;
    };
    const own = (await readChatTemplate([`${fixtures}${pack}/checkpoint`])).text;
    const template = compileChatTemplate(protocol.chatTemplate ?? own);
    const tables = JSON.parse(readFileSync(`${fixtures}${pack}/expected/tables.json`, 'utf8')) as {
      chatTemplate: ToolTemplateCase[];
    };
    expect(tables.chatTemplate.length).toBeGreaterThan(40);
    for (const { messages, tools, text, ...options } of tables.chatTemplate) {
      const given = messages.map(({ role, content, tool_calls: calls }): ChatMessage => ({
        ...{ role, content },
        toolCalls: calls?.map(({ function: { name, arguments: written } }) => ({
          name,
          arguments: readJson(written)!,
        })),
      }));
      const listed = tools === null ? undefined : (readJson(JSON.stringify(tools)) as readonly JsonValue[]);
      expect(template(given, { ...options, tools: listed })).toBe(text);
    }
  },
);

test('numbers and keys of calls are written as Python writes them, whatever the template does with them', () => {
  const template = compileChatTemplate(
    '{% for call in messages[0].tool_calls %}{% for key, value in call.function.arguments | items %}{{ key }}={{ value }} {% endfor %}{{ call.function.arguments | tojson(indent=1) }}{% endfor %}',
  );
  const message: ChatMessage = {
    role: 'assistant',
    content: '',
    toolCalls: [{ name: 't', arguments: readJson('{"2": 5.0, "1": 12345678901234567890, "a": [1e-7]}')! }],
  };
  expect(template([message], { addGenerationPrompt: false })).toBe(
    '2=5.0 1=12345678901234567890 a=[1e-07] {\n "2": 5.0,\n "1": 12345678901234567890,\n "a": [\n  1e-07\n ]\n}',
  );
});

test('leaves the start of the reply out when it is not asked for', () => {
  const template = compileChatTemplate('{{ messages|length }}{% if add_generation_prompt %}go{% endif %}');
  const messages: ChatMessage[] = [{ role: 'user', content: 'hi' }];
  expect(template(messages, { addGenerationPrompt: true })).toBe('1go');
  expect(template(messages, { addGenerationPrompt: false })).toBe('1');
});

function failure(text: string): EngineError {
  try {
    compileChatTemplate(text)([{ role: 'user', content: 'hi' }], { addGenerationPrompt: true });
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('The template rendered.');
}

const doubling =
  '{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}';

test.each([
  ['unclosed', '{% if', /not Jinja/],
  ['huge', 'x'.repeat(300_000), /characters, too many/],
  ['counting far', '{% for i in range(1000000000) %}x{% endfor %}', /counts from 0 to 1000000000/],
  ['counting nowhere', '{% for i in range(0, 9, 0) %}x{% endfor %}', /in steps of 0/],
  [
    'counting in circles',
    `${'{% for i in range(9000) %}'.repeat(4)}x${'{% endfor %}'.repeat(4)}`,
    /more than 200000 steps/,
  ],
  ['growing a list', doubling, /list without end/],
  ['growing a text', doubling.replace('[1]', '"aaaa"'), /text without end/],
  ['recursive', '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}', /fails|steps/],
  ['raising', '{{ raise_exception("only images") }}', /refuses the messages: only images/],
  ['calling what is not there', '{{ nothing.here() }}', /fails/],
])('refuses a template that is %s', (_, text, message) => {
  const error = failure(text);
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toMatch(message);
});

test('a template does not reach the prototypes of JavaScript', () => {
  const messages: ChatMessage[] = [{ role: 'user', content: 'hi' }];
  const text = '{{ messages[0]["__proto__"] }}{{ messages[0].constructor }}';
  expect(compileChatTemplate(text)(messages, { addGenerationPrompt: true })).toBe('');
});
