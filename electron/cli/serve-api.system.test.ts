import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programPath } from '../host/paths.ts';
import { runCli, startCli } from './testing/run-cli.ts';

const pack = path.join(programPath, 'native-models', 'fixtures', 'pack-qwen3');
const videos = path.join(pack, 'videos');
const film = path.join(videos, 'a.mp4');
const options = ['red', 'blue', 'green'];
const questions = Array.from({ length: 10 }, (_, index) => `What comes at second ${index}?`);
let folder: string;
let model: string;
let served: ReturnType<typeof startCli>;
let url: string;
let key: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-api-test-'));
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
  model = path.join(folder, 'package');
  const checkpoint = path.join(pack, 'checkpoint');
  await runCli(['import', '--base', checkpoint, '--out', model, '--precision', 'fp32']);
  served = startCli([
    ...[
      'serve',
      '--api',
      '--model',
      model,
      '--name',
      'tiny',
      '--videos',
      videos,
      '--device',
      'cpu',
      '--json',
    ],
  ]);
  let text = '';
  if (served.child.stdout === null) throw new Error('The server prints nothing.');
  for await (const line of createInterface(served.child.stdout)) {
    text += line;
    if (line === '}') break;
  }
  ({ url, key } = JSON.parse(text) as { url: string; key: string });
});
afterAll(async () => {
  served.child.kill('SIGTERM');
  await served.result;
  await rm(folder, { recursive: true, force: true });
});

function post(body: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
    body: JSON.stringify(body),
  });
}

/** As lmms-eval and other clients of vLLM send a question about a file. */
const aboutFile = (text: string, file: string, more: object = {}) => ({
  model: 'tiny',
  messages: [
    {
      role: 'user',
      content: [
        { type: 'video_url', video_url: { url: pathToFileURL(file).href } },
        { type: 'text', text },
      ],
    },
  ],
  ...{ temperature: 0, max_tokens: 8, ...more },
});

interface Completion {
  readonly choices: readonly [{ readonly message: { readonly content: string } }];
  readonly usage: { readonly completion_tokens: number };
}

describe('serve --api', () => {
  it('answers ten samples as `eval run` has them answered, one by one', async () => {
    const data = path.join(folder, 'data');
    await mkdir(data);
    const lines = questions.map((question, index) => ({
      ...{ id: `q${index}`, video: film, question, options, answer: options[index % 3] },
    }));
    await writeFile(
      path.join(data, 'annotations.jsonl'),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    );
    const out = path.join(folder, 'run');
    const run = await runCli([
      ...['eval', 'run', 'own', '--data', data, '--model', model, '--out', out, '--device', 'cpu'],
      ...['--verbatim', '--max-tokens', '8'],
    ]);
    expect(run.code).toBe(0);
    const written = JSON.parse(await readFile(path.join(out, 'predictions', 'output.json'), 'utf8')) as {
      readonly id: string;
      readonly reasoner_response: string;
    }[];
    expect(written).toHaveLength(10);
    for (const [index, question] of questions.entries()) {
      const answered = (await (await post(aboutFile(question, film))).json()) as Completion;
      const reply = written.find(({ id }) => id === `q${index}`)?.reasoner_response;
      expect(answered.choices[0].message.content).toBe(reply);
      expect(answered.usage.completion_tokens).toBeGreaterThan(0);
    }
  });

  it('answers about frames that come inside the request, and as a stream', async () => {
    const shown = path.join(folder, 'frames');
    const asked = ['ask', film, 'What?', '--model', model, '--max-tokens', '2', '--device', 'cpu'];
    await runCli([...asked, '--save-frames', shown, '--max-frames', '4']);
    const frames = await Promise.all(
      [0, 1].map(async () => {
        const [name = ''] = await readdir(shown);
        const base64 = (await readFile(path.join(shown, name))).toString('base64');
        return { type: 'image_url', image_url: { url: `data:image/png;base64,${base64}` } };
      }),
    );
    const content = [...frames, ...frames, { type: 'text', text: 'What colour is it?' }];
    const body = { messages: [{ role: 'user', content }], max_tokens: 4 };
    const whole = (await (await post(body)).json()) as Completion;
    expect(whole).toHaveProperty('choices');
    const text = whole.choices[0].message.content;
    expect(text).not.toBe('');
    const streamed = await (await post({ ...body, stream: true })).text();
    const events = streamed.split('\n\n').filter((event) => event.startsWith('data: {'));
    const pieces = events.map(
      (event) => JSON.parse(event.slice(6)) as { choices: [{ delta: { content?: string } }] },
    );
    expect(pieces.map(({ choices: [{ delta }] }) => delta.content ?? '').join('')).toBe(text);
    expect(streamed.trimEnd().endsWith('data: [DONE]')).toBe(true);
  });

  it('turns away who has no key, pages of browsers, and files outside of its folders', async () => {
    expect((await post(aboutFile('Who?', film), { authorization: '' })).status).toBe(401);
    expect((await post(aboutFile('Who?', film), { authorization: 'Bearer x' })).status).toBe(401);
    expect((await post(aboutFile('Who?', film), { origin: 'http://localhost:3000' })).status).toBe(403);
    const outside = path.join(programPath, 'assets', 'example', 'clip.mp4');
    const climbing = `${pathToFileURL(videos).href}/../../pack-2b/videos/a.mp4`;
    for (const file of [outside, '/etc/passwd']) {
      const refused = await post(aboutFile('Who?', file));
      expect(refused.status).toBe(404);
      expect(await refused.json()).toMatchObject({ error: { code: 'VIDEO_NOT_FOUND' } });
    }
    const climbed = aboutFile('Who?', film);
    const [part] = climbed.messages[0]?.content ?? [];
    if (part !== undefined && 'video_url' in part) Object.assign(part, { video_url: { url: climbing } });
    expect((await post(climbed)).status).toBe(404);
  });

  it.each([
    [{ messages: [] }, 'ARGUMENT_INVALID'],
    [{ messages: [{ role: 'user', content: 'No video.' }] }, 'ARGUMENT_INVALID'],
    [aboutFile('', film), 'QUESTION_EMPTY'],
    [aboutFile('Who?', film, { videomind: { options: ['one'] } }), 'ARGUMENT_INVALID'],
  ])('refuses what it cannot answer with its code (%#)', async (body, code) => {
    const refused = await post(body);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { code, type: 'invalid_request_error' } });
  });

  it('lists its model, and nothing is fetched for a request', async () => {
    const listed = await fetch(`${url}/models`, { headers: { authorization: `Bearer ${key}` } });
    expect(await listed.json()).toMatchObject({ data: [{ id: 'tiny' }] });
    const content = [
      { type: 'video_url', video_url: { url: 'http://127.0.0.1:9/v.mp4' } },
      { type: 'text', text: 'Who?' },
    ];
    expect((await post({ messages: [{ role: 'user', content }] })).status).toBe(400);
  });
});
