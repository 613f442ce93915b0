import { describe, expect, it } from 'vitest';
import { explainExit } from './engine-exit.ts';

const killed = { code: null, signal: 'SIGKILL', stderr: [], systemRanOutOfMemory: false };

describe('the end of an engine', () => {
  it('names the signal, or the exit code with the last lines of stderr', () => {
    expect(explainExit(killed)).toMatchObject({ code: 'ENGINE_CRASHED', details: { signal: 'SIGKILL' } });
    const aborted = explainExit({ ...killed, code: 7, signal: null, stderr: ['bad model'] });
    expect(aborted.message).toContain('exit code 7');
    expect(aborted.details).toEqual({ exitCode: 7, stderr: ['bad model'] });
  });

  it.each([
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    "terminate called after throwing an instance of 'std::bad_alloc'",
  ])('is lack of memory when the engine said so: %s', (line) => {
    expect(explainExit({ ...killed, signal: 'SIGABRT', stderr: [line] }).code).toBe('OUT_OF_MEMORY');
  });

  it('is lack of memory when the system killed a process for it, but not when the engine crashed by itself', () => {
    expect(explainExit({ ...killed, systemRanOutOfMemory: true }).code).toBe('OUT_OF_MEMORY');
    const crashed = { ...killed, signal: 'SIGSEGV', systemRanOutOfMemory: true };
    expect(explainExit(crashed).code).toBe('ENGINE_CRASHED');
  });
});
