import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readToken, withToken } from './access-token.ts';
import { openNetwork } from './download-network.ts';
import { hubTokenHeaders } from './hub-source.ts';
import { KeptTokens } from './kept-tokens.ts';
import type { SecretBox } from './kept-tokens.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-tokens-'))));
afterEach(() => rm(folder, { recursive: true }));

/** A keychain that turns each byte around. */
const turned = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0x5a));
const box: SecretBox = {
  whyNot: () => Promise.resolve(undefined),
  encrypt: (text) => Promise.resolve(turned(Buffer.from(text))),
  decrypt: (encrypted) => Promise.resolve(turned(encrypted).toString()),
};
const filePath = (): string => path.join(folder, 'tokens.json');
const environment = { HF_HOME: '/nowhere' };
const hub = 'https://huggingface.co';

describe('a token that a person gives', () => {
  it('is kept encrypted, found again by another start, told to nobody, and forgotten', async () => {
    const tokens = new KeptTokens(filePath(), box, environment);
    await tokens.keep('hub', ' hf_secret\n', '');
    expect(await readFile(filePath(), 'utf8')).not.toContain('hf_secret');
    const again = new KeptTokens(filePath(), box, environment);
    expect(await again.find('hub', hub)).toBe('hf_secret');
    const states = await again.states('');
    expect(states).toMatchObject([
      { source: 'hub', from: 'kept', host: 'huggingface.co', canKeep: true },
      { source: 'modelscope', host: 'modelscope.cn' },
    ]);
    expect(JSON.stringify(states)).not.toContain('hf_secret');
    await again.remove('hub', '');
    expect(await again.find('hub', hub)).toBeUndefined();
    await expect(readFile(filePath())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is not sent to a mirror that was named later: a token lured away by another address', async () => {
    const tokens = new KeptTokens(filePath(), box, environment);
    await tokens.keep('hub', 'hf_secret', '');
    const seen = await headersSeen({ hubUrl: 'https://mirror.example', tokens });
    expect(seen.get('authorization')).toBeNull();
    const own = await headersSeen({ hubUrl: '', tokens });
    expect(own.get('authorization')).toBe('Bearer hf_secret');
  });

  it('is refused where there is no keychain, saying what to do, and nothing is written', async () => {
    const weak: SecretBox = { ...box, whyNot: () => Promise.resolve('This system has no keychain.') };
    for (const each of [undefined, weak]) {
      const tokens = new KeptTokens(filePath(), each, environment);
      await expect(tokens.keep('hub', 'hf_secret', '')).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
      expect((await tokens.states(''))[0]).toMatchObject({ canKeep: false });
    }
    await expect(readFile(filePath())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('of the environment comes before it', async () => {
    const tokens = new KeptTokens(filePath(), box, { ...environment, HF_TOKEN: 'hf_environment' });
    await tokens.keep('hub', 'hf_secret', '');
    expect((await tokens.states(''))[0]).toMatchObject({ from: 'environment' });
  });

  it('that the keychain no longer opens is told, and can be removed', async () => {
    await new KeptTokens(filePath(), box, environment).keep('hub', 'hf_secret', '');
    const changed: SecretBox = {
      ...box,
      decrypt: () => Promise.reject(new Error('wrong key')),
    };
    const tokens = new KeptTokens(filePath(), changed, environment);
    await expect(tokens.find('hub', hub)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await tokens.remove('hub', '');
    expect(await tokens.find('hub', hub)).toBeUndefined();
  });
});

it.each(['hf_ab\ncd', 'my token', 'hf_ä', 'hf_\u0000', 'x'.repeat(1001)])(
  'what no token can be is refused in words that do not repeat it: %j',
  (text) => {
    expect(() => readToken(text, 'HF_TOKEN')).toThrow(/^HF_TOKEN holds characters/u);
    expect(() => readToken(text, 'HF_TOKEN')).not.toThrow(text);
  },
);

it('a token is not sent over an unencrypted connection to another machine', () => {
  const plain: typeof fetch = () => Promise.reject(new Error('not asked'));
  expect(withToken(plain, 'http://mirror.example', 'hf_secret', hubTokenHeaders)).toBe(plain);
  expect(withToken(plain, 'http://127.0.0.1:1', 'hf_secret', hubTokenHeaders)).not.toBe(plain);
});

it.each(['ftp://hub.example', 'https://name:password@hub.example', 'https://hub.example?x=1', 'a b'])(
  'what is no address of a mirror is refused: %s',
  async (hubUrl) => {
    await expect(
      openNetwork({ environment, hubUrl, keptToken: () => Promise.resolve(undefined) }),
    ).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  },
);

/** What a request to the hub's address is shown. */
async function headersSeen({
  hubUrl,
  tokens,
}: {
  readonly hubUrl: string;
  readonly tokens: KeptTokens;
}): Promise<Headers> {
  const seen: Headers[] = [];
  const real = globalThis.fetch;
  globalThis.fetch = (_input, init) => {
    seen.push(new Headers(init?.headers));
    return Promise.resolve(new Response(''));
  };
  try {
    const { sources } = await openNetwork({
      ...{ environment, hubUrl },
      keptToken: (source, url) => tokens.find(source, url),
    });
    await sources.hub.fetch(`${sources.hub.url}/x`);
  } finally {
    globalThis.fetch = real;
  }
  return seen[0] ?? new Headers();
}
