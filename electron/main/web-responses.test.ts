import { once } from 'node:events';
import process from 'node:process';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { MediaRequest, MediaResponse } from '../host/videos/media-response.ts';
import { respondToWindow } from './web-responses.ts';

test('a request of a window reaches the route as it was sent, and its answer comes back as a stream', async () => {
  let asked: MediaRequest | undefined;
  const request = new Request('app://videomind/media/video/a%2Fb?w=1#x', { headers: { range: 'bytes=0-3' } });
  const response = await respondToWindow(request, 'app://videomind/media/', (media) => {
    asked = media;
    return Promise.resolve({
      status: 206,
      headers: { etag: '"1"' },
      body: Readable.from([Buffer.from('part')]),
    });
  });
  expect(asked).toMatchObject({ method: 'GET', path: 'video/a%2Fb?w=1', range: 'bytes=0-3' });
  expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([
    206,
    '"1"',
    'part',
  ]);
});

test('answers without a body have none', async () => {
  const answer = await respondToWindow(
    new Request('app://videomind/media/video/1'),
    'app://videomind/media/',
    () => Promise.resolve({ status: 304, headers: {} }),
  );
  expect([answer.status, answer.body]).toEqual([304, null]);
});

test('another host of the scheme is not served', async () => {
  const route = (): Promise<never> => Promise.reject(new Error('never asked'));
  expect(
    (await respondToWindow(new Request('app://evil/media/video/1'), 'app://videomind/media/', route)).status,
  ).toBe(404);
});

test('a file is closed when the window goes away', async () => {
  const stop = new AbortController();
  const body = new Readable({ read: () => undefined });
  const request = new Request('app://videomind/media/video/1', { signal: stop.signal });
  await respondToWindow(request, 'app://videomind/media/', () =>
    Promise.resolve({ status: 200, headers: {}, body }),
  );
  stop.abort();
  expect(body.destroyed).toBe(true);
});

test('a window that stops reading while a file is being closed harms nothing', async () => {
  const uncaught: unknown[] = [];
  const onUncaught = (error: unknown): unknown => uncaught.push(error);
  process.on('uncaughtException', onUncaught);
  let close: () => void = () => undefined;
  const body = new Readable({
    read() {
      this.push('part');
      this.push(null);
    },
    destroy(error, closed) {
      close = () => closed(error);
    },
  });
  const answer = await respondToWindow(
    new Request('app://videomind/media/video/1'),
    'app://videomind/media/',
    () => Promise.resolve({ status: 200, headers: {}, body }),
  );
  const reader = answer.body?.getReader();
  const ended = once(body, 'end');
  expect(Buffer.from((await reader?.read())?.value ?? [])).toEqual(Buffer.from('part'));
  const rest = reader?.read();
  await ended;
  await reader?.cancel();
  close();
  if (!body.closed) await once(body, 'close');
  await rest;
  await new Promise(setImmediate);
  process.off('uncaughtException', onUncaught);
  expect(uncaught).toEqual([]);
});

test('a picture comes in an answer that has begun before, and an empty one where there is none', async () => {
  const address = new Request('app://videomind/media/thumbnail/1/0.jpg');
  const answers: Promise<MediaResponse>[] = [
    Promise.resolve({ status: 200, headers: {}, body: Buffer.from('jpeg') }),
    Promise.resolve({ status: 422, headers: {}, body: Buffer.from('VIDEO_DECODE_FAILED') }),
  ];
  const texts = answers.map(async (answer) =>
    (await respondToWindow(address, 'app://videomind/media/', () => answer)).text(),
  );
  expect(await Promise.all(texts)).toEqual(['jpeg', '']);
});

test('a picture that a window waits for no longer is told of, although Electron aborts no request', async () => {
  const gone = Promise.withResolvers<undefined>();
  const answer = await respondToWindow(
    new Request('app://videomind/media/thumbnail/1/0.jpg'),
    'app://videomind/media/',
    ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          gone.resolve(undefined);
          resolve({ status: 503, headers: {} });
        });
      }),
  );
  const reader = answer.body?.getReader();
  const read = reader?.read();
  await reader?.cancel();
  await gone.promise;
  expect(await read).toMatchObject({ done: true });
});
