import { expect, test } from 'vitest';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { encodeFrame, protocolVersion } from '../../native-models/protocol/frames.ts';
import type { ServerFrame } from '../../native-models/protocol/frames.ts';
import type { Transport } from '../../native-models/protocol/transport.ts';
import type { HostEvent } from '../../electron/host/contract/events.ts';
import { sampleSnapshot, sampleVideo } from '../app/testing/samples.ts';
import { createConnection, retryDelayMs } from './connection.ts';
import { browserAddresses, uploadError } from './browser-bridge.ts';

/** The host's end of a line, worked by the test. */
class Line implements Transport {
  readonly requests: { id: number; method: string }[] = [];
  #receive: (message: string) => void = () => undefined;
  #closed: (reason: EngineError) => void = () => undefined;

  send(message: string): void {
    const frame = JSON.parse(message) as { type: string; id: number; method: string };
    if (frame.type === 'request') this.requests.push(frame);
  }
  onMessage(receive: (message: string) => void): void {
    this.#receive = receive;
  }
  onClose(closed: (reason: EngineError) => void): void {
    this.#closed = closed;
  }
  close(): void {
    this.break();
  }
  break(): void {
    this.#closed(new EngineError('ENGINE_UNRESPONSIVE', 'gone'));
  }
  tell(frame: ServerFrame): void {
    this.#receive(encodeFrame(frame));
  }
  greet(): void {
    this.tell({ type: 'hello', version: protocolVersion });
  }
  idOf(method: string): number {
    return this.requests.find((request) => request.method === method)!.id;
  }
  happen(seq: number, event: HostEvent): void {
    this.tell({ type: 'progress', id: this.idOf('subscribe'), seq, event });
  }
  async answerSnapshot(): Promise<void> {
    this.tell({ type: 'result', id: this.idOf('snapshot'), result: sampleSnapshot });
    await Promise.resolve();
    await Promise.resolve();
  }
}

test('events before the snapshot are applied after it, so that nothing happens unseen', async () => {
  const { lines, seen, connection } = begin();
  lines[0]!.greet();
  lines[0]!.happen(0, renamed('early'));
  expect(seen).toEqual([]);
  await lines[0]!.answerSnapshot();
  expect(seen).toEqual(['snapshot', 'early']);
  expect(connection.store.getState().status).toBe('connected');
});

test('a broken line is tried again with growing pauses, and begins with a fresh snapshot', async () => {
  const { lines, seen, delays, connection } = begin();
  lines[0]!.greet();
  await lines[0]!.answerSnapshot();
  lines[0]!.break();
  await settle();
  expect(connection.store.getState()).toMatchObject({ status: 'lost', attempts: 1 });
  delays.at(-1)!.act();
  lines[1]!.break();
  await settle();
  expect(connection.store.getState()).toMatchObject({ status: 'lost', attempts: 2 });
  expect(delays.map(({ durationMs }) => durationMs)).toEqual([250, 500]);
  delays.at(-1)!.act();
  lines[2]!.greet();
  await lines[2]!.answerSnapshot();
  expect(connection.store.getState()).toEqual({ status: 'connected', attempts: 0 });
  expect(seen).toEqual(['snapshot', 'snapshot']);
});

test('a call that was on its way when the line broke fails, and later ones too until it is back', async () => {
  const { lines, connection } = begin();
  lines[0]!.greet();
  await lines[0]!.answerSnapshot();
  const call = connection.call('runsRemove', { id: 'r1' });
  lines[0]!.break();
  await expect(call).rejects.toMatchObject({ code: 'ENGINE_UNRESPONSIVE' });
  await expect(connection.call('doctor', {})).rejects.toMatchObject({ code: 'ENGINE_UNRESPONSIVE' });
});

test('events that come close together are delivered at once, and on demand before the frame', async () => {
  const { lines, seen, frames, connection } = begin();
  lines[0]!.greet();
  await lines[0]!.answerSnapshot();
  lines[0]!.happen(0, renamed('a'));
  lines[0]!.happen(1, renamed('b'));
  expect(seen).toEqual(['snapshot']);
  connection.flush();
  expect(seen).toEqual(['snapshot', 'a+b']);
  for (const frame of frames) frame();
  expect(seen).toEqual(['snapshot', 'a+b']);
});

test('attempts pause at most five seconds', () => {
  expect([1, 2, 5, 20].map(retryDelayMs)).toEqual([250, 500, 4000, 5000]);
});

test('a page asks the server that it came from, whatever a file is called', () => {
  const addresses = browserAddresses('https://box:8080/?x=1#y');
  expect(addresses.socket).toBe('wss://box:8080/host');
  expect(addresses.media('video/v1')).toBe('https://box:8080/media/video/v1');
  expect(addresses.upload('a&token=b/../<c>.mp4')).toBe(
    'https://box:8080/upload/a%26token%3Db%2F..%2F%3Cc%3E.mp4',
  );
});

test('an upload that is refused says what the server says', () => {
  const text = JSON.stringify({ error: { code: 'DISK_FULL', message: 'No room.', remedy: 'Free some.' } });
  expect(uploadError(507, text)).toMatchObject({
    code: 'DISK_FULL',
    message: 'No room.',
    remedy: 'Free some.',
  });
  expect(uploadError(413, '<html>').code).toBe('MESSAGE_TOO_LARGE');
});

function begin() {
  const lines: Line[] = [];
  const seen: string[] = [];
  const frames: (() => void)[] = [];
  const delays: { act: () => void; durationMs: number }[] = [];
  const connection = createConnection({
    windowId: 'w1',
    connect: () => {
      const line = new Line();
      lines.push(line);
      return line;
    },
    onSnapshot: () => seen.push('snapshot'),
    onEvents: (events) =>
      seen.push(
        events.map((event) => (event.type === 'videoChanged' ? event.video.name : event.type)).join('+'),
      ),
    schedule: (flush) => frames.push(flush),
    delay: (act, durationMs) => {
      delays.push({ act, durationMs });
      return () => undefined;
    },
  });
  connection.start();
  return { lines, seen, frames, delays, connection };
}

function renamed(name: string): HostEvent {
  return { type: 'videoChanged', video: { ...sampleVideo, name } };
}

/** Lets rejected promises reach whoever waits for them. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}
