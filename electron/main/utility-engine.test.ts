import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { launchUtilityEngine, signalOf } from './utility-engine.ts';

class FakeProcess extends EventEmitter {
  readonly stderr = new PassThrough();
  readonly postMessage = vi.fn();
  readonly kill = vi.fn();
  pid: number | undefined = 4711;
}

function launch(kills: () => number = () => 0): {
  readonly child: FakeProcess;
  readonly ended: number[];
  readonly engine: ReturnType<typeof launchUtilityEngine>;
  readonly closed: Promise<EngineError>;
} {
  const child = new FakeProcess();
  const ended: number[] = [];
  const engine = launchUtilityEngine(
    () => child as never,
    '/app/engine.mjs',
    { VIDEOMIND_CACHE_DIR: '/cache' },
    { endProcess: (processId) => ended.push(processId), outOfMemoryKills: kills, platform: 'linux' },
  );
  const closed = new Promise<EngineError>((resolve) => engine.transport.onClose(resolve));
  return { child, ended, engine, closed };
}

test('messages go both ways while the process runs, and nowhere after', () => {
  const { child, engine } = launch();
  const received: string[] = [];
  engine.transport.onMessage((message) => received.push(message));
  child.emit('message', 'hello');
  engine.transport.send('ask');
  child.emit('exit', 0);
  engine.transport.send('too late');
  expect(received).toEqual(['hello']);
  expect(child.postMessage.mock.calls).toEqual([['ask']]);
});

test('a crash closes the connection with what the engine said last', async () => {
  const { child, engine, closed } = launch();
  child.stderr.write('FATAL ERROR: JavaScript heap out of memory\n');
  child.stderr.end();
  await once(child.stderr, 'end');
  child.emit('exit', 134);
  await engine.exited;
  expect((await closed).code).toBe('OUT_OF_MEMORY');
});

test('an engine that is ended is ended without asking it, and its requests fail with the reason', async () => {
  const { child, ended, engine, closed } = launch();
  const reason = new EngineError('ENGINE_UNRESPONSIVE', 'It hung.');
  engine.kill(reason);
  expect(ended).toEqual([4711]);
  child.emit('exit', 137);
  expect(await closed).toBe(reason);
  engine.kill(reason);
  expect(ended).toEqual([4711]);
});

test('an engine that the system killed for lack of memory says so', async () => {
  let killed = 3;
  const { child, engine, closed } = launch(() => killed);
  killed = 4;
  child.emit('exit', 9);
  await engine.exited;
  expect((await closed).code).toBe('OUT_OF_MEMORY');
});

test('an engine that somebody else killed says by which signal', async () => {
  const { child, engine, closed } = launch();
  child.emit('exit', 9);
  await engine.exited;
  const error = await closed;
  expect(error.code).toBe('ENGINE_CRASHED');
  expect(error.message).toContain('SIGKILL');
});

test('what waitpid says is a signal, with and without a core; exit codes and Windows have none', () => {
  const ends = [9, 137, 6, 134, 11, 139, 0, 1, 3, 256, 0xc0000005];
  expect(ends.map((code) => signalOf(code, 'linux'))).toEqual([
    ...['SIGKILL', 'SIGKILL', 'SIGABRT', 'SIGABRT', 'SIGSEGV', 'SIGSEGV'],
    ...[null, null, null, null, null],
  ]);
  expect(signalOf(9, 'win32')).toBeNull();
});
