import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../../native-models/protocol/run-events.ts';
import { forkEngine } from './fork-engine.ts';
import type { EngineLimits } from './supervisor.ts';
import { EngineSupervisor } from './supervisor.ts';

const entryPath = fileURLToPath(new URL('testing/scripted-engine.ts', import.meta.url));

let supervisor: EngineSupervisor;
function start(limits: Partial<EngineLimits> = {}): EngineSupervisor {
  supervisor = new EngineSupervisor(() => forkEngine(entryPath, {}), limits);
  return supervisor;
}
afterEach(() => supervisor.dispose());

/** Asks the scripted engine; `started` resolves with the first event. */
function ask(question: string, signal?: AbortSignal) {
  const started = Promise.withResolvers<RunEvent>();
  const answer = supervisor.call(
    'ask',
    { videoPath: '/v', modelPath: '/m', question },
    { signal, onProgress: (event) => started.resolve(event) },
  );
  answer.catch(() => undefined);
  return { started: started.promise, answer };
}

/** A process that has ended but that nobody has waited for yet (a zombie) does not run. */
function isRunning(processId: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${processId}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const enginePid = async (): Promise<number> => (await supervisor.call('ping', {})).processId;

describe('an engine that', () => {
  it('is killed in mid-run fails the run with the signal, and the next request finds a new one', async () => {
    start();
    const first = await enginePid();
    const { started, answer } = ask('wait');
    await started;
    process.kill(first, 'SIGKILL');
    await expect(answer).rejects.toMatchObject({ code: 'ENGINE_CRASHED', details: { signal: 'SIGKILL' } });
    await expect(enginePid()).resolves.not.toBe(first);
  });

  it('ends by itself fails the run with its exit code and last words', async () => {
    start();
    await expect(ask('exit').answer).rejects.toMatchObject({
      code: 'ENGINE_CRASHED',
      details: { exitCode: 3, stderr: ['no such adapter'] },
    });
    await expect(enginePid()).resolves.toBeGreaterThan(0);
  });

  it('breaks the protocol is replaced', async () => {
    start();
    const first = await enginePid();
    await expect(ask('break').answer).rejects.toMatchObject({ code: 'PROTOCOL_INVALID' });
    await expect(enginePid()).resolves.not.toBe(first);
    await vi.waitFor(() => expect(isRunning(first)).toBe(false));
  });

  it('hangs is ended after the time of silence', async () => {
    // Longer than a new process needs to speak, also on a busy machine.
    start({ silenceMs: 5_000 });
    await expect(ask('block').answer).rejects.toMatchObject({ code: 'ENGINE_UNRESPONSIVE' });
    await expect(enginePid()).resolves.toBeGreaterThan(0);
  });

  it('cannot be started fails the request', async () => {
    supervisor = new EngineSupervisor(() => forkEngine('/nowhere/engine.ts', {}));
    await expect(supervisor.call('ping', {})).rejects.toMatchObject({ code: 'ENGINE_CRASHED' });
  });
});

describe('cancelling', () => {
  it('stops the run and keeps the engine', async () => {
    start();
    const first = await enginePid();
    const controller = new AbortController();
    const { started, answer } = ask('wait', controller.signal);
    await started;
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(enginePid()).resolves.toBe(first);
  });

  it.each(['block', 'ignore'])(
    'ends an engine that goes on (%s) after the grace period',
    async (question) => {
      start({ cancelGraceMs: 100 });
      const first = await enginePid();
      const controller = new AbortController();
      const { started, answer } = ask(question, controller.signal);
      await started;
      controller.abort();
      await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' });
      await expect(enginePid()).resolves.not.toBe(first);
    },
  );
});

describe('disposing', () => {
  it('cancels what is open and leaves no process, not even a child of the engine', async () => {
    start();
    const engine = await enginePid();
    const { started, answer } = ask('child');
    const event = await started;
    const child = event.type === 'grounding' ? Number(event.query) : 0;
    expect(isRunning(child)).toBe(true);
    await supervisor.dispose();
    await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(isRunning(engine)).toBe(false);
    await vi.waitFor(() => expect(isRunning(child)).toBe(false));
    await expect(supervisor.call('ping', {})).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('does nothing when no engine was started', async () => {
    await expect(start().dispose()).resolves.toBeUndefined();
  });
});
