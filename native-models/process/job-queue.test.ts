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
});
