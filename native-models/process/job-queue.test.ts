import { describe, expect, it } from 'vitest';
import { JobQueue } from './job-queue.ts';

const never = new AbortController().signal;

describe('the job queue', () => {
  it('runs one job at a time, in order, also after one has failed', async () => {
    const queue = new JobQueue();
    const log: string[] = [];
    const job = (name: string, fails = false) =>
      queue.run(never, async () => {
        log.push(`${name} begins`);
        await Promise.resolve();
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    const jobs = [job('a', true), job('b'), job('c')];
    await expect(jobs[0]).rejects.toThrow('a');
    await Promise.all(jobs.slice(1));
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('lets a cancelled job leave at once, without waiting for its turn and without running', async () => {
    const queue = new JobQueue();
    const first = Promise.withResolvers<undefined>();
    const running = queue.run(never, () => first.promise);
    const controller = new AbortController();
    let ran = false;
    const waiting = queue.run(controller.signal, () => {
      ran = true;
      return Promise.resolve();
    });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    first.resolve(undefined);
    await running;
    await queue.run(never, () => Promise.resolve());
    expect(ran).toBe(false);
  });

  it('leaves a running job to stop by itself', async () => {
    const queue = new JobQueue();
    const controller = new AbortController();
    const begun = Promise.withResolvers<undefined>();
    const end = Promise.withResolvers<string>();
    const job = queue.run(controller.signal, () => {
      begun.resolve(undefined);
      return end.promise;
    });
    await begun.promise;
    controller.abort();
    end.resolve('stopped properly');
    await expect(job).resolves.toBe('stopped properly');
  });

  it('stops work for idle times as soon as something else comes, does that first, and begins the work anew', async () => {
    const queue = new JobQueue();
    const log: string[] = [];
    let begun = Promise.withResolvers<undefined>();
    const idle = queue.runWhenIdle(never, async (signal) => {
      log.push('idle begins');
      begun.resolve(undefined);
      if (log.length > 4) return 'done';
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      log.push('idle stops');
      throw new Error('stopped');
    });
    await begun.promise;
    begun = Promise.withResolvers<undefined>();
    const asked = [1, 2].map((n) => queue.run(never, () => Promise.resolve(log.push(`question ${n}`))));
    await Promise.all(asked);
    expect(await idle).toBe('done');
    expect(log).toEqual(['idle begins', 'idle stops', 'question 1', 'question 2', 'idle begins']);
  });

  it('work for idle times fails as any other where nothing made it give way, and ends when it is cancelled', async () => {
    const queue = new JobQueue();
    await expect(queue.runWhenIdle(never, () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    const cancel = new AbortController();
    const idle = queue.runWhenIdle(cancel.signal, async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw new Error('stopped');
    });
    await Promise.resolve();
    cancel.abort();
    await expect(idle).rejects.toThrow();
    expect(await queue.run(never, () => Promise.resolve('next'))).toBe('next');
  });
});
