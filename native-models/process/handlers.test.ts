import { describe, expect, it } from 'vitest';
import type { Agent } from '../agent/agent.ts';
import { request } from '../agent/test-support/fake-agent.ts';
import type { LoadedModel } from '../checkpoints/loaded-model.ts';
import { EngineError } from '../protocol/errors.ts';
import type { Device } from '../protocol/roles.ts';
import type { RunRecord } from '../protocol/run-record.ts';
import type { EngineParts } from './engine-parts.ts';
import { createHandlers } from './handlers.ts';

/** An engine with one package, which opens on `device` unless that is distrusted; there, asking fails with `failure`. */
function engineOn(device: Device, failure: EngineError) {
  const opened: { readonly device: Device; readonly distrust?: string | undefined }[] = [];
  const parts = {
    openPackage: (_path, { distrust }) => {
      const used = distrust === undefined ? device : 'cpu';
      opened.push({ device: used, distrust });
      const model = { device: used, deviceName: 'A GPU', dispose: () => Promise.resolve() };
      return Promise.resolve(model as LoadedModel);
    },
    createAgent: (model) => {
      const record = { device: model.device } as RunRecord;
      const ask = () => (model.device === 'cpu' ? Promise.resolve({ record }) : Promise.reject(failure));
      return { ask } as unknown as Agent;
    },
    evaluation: {} as EngineParts['evaluation'],
  } as Partial<EngineParts> as EngineParts;
  const { ask } = createHandlers(parts);
  const asking = { signal: new AbortController().signal, report: () => undefined };
  return { opened, ask: () => ask(request(), asking) };
}

it('has a question that is worked on go on with what it has, by its name, and no other', async () => {
  const { promise: settled, resolve } = Promise.withResolvers<undefined>();
  const record = { device: 'cpu' } as RunRecord;
  const parts = {
    openPackage: () => Promise.resolve({ dispose: () => Promise.resolve() } as unknown as LoadedModel),
    createAgent: () =>
      ({
        ask: async (_: unknown, { settle }: { readonly settle: AbortSignal }) => {
          if (settle.aborted) resolve(undefined);
          await settled;
          return { record };
        },
      }) as unknown as Agent,
    evaluation: {},
  } as unknown as EngineParts;
  const handlers = createHandlers(parts);
  const context = { signal: new AbortController().signal, report: () => undefined };
  const asking = handlers.ask(request({ runId: 'one' }), context);
  // The model is not open yet: what is told now counts.
  expect(await handlers.settle({ runId: 'other' }, context)).toEqual({ found: false });
  expect(await handlers.settle({ runId: 'one' }, context)).toEqual({ found: true });
  expect(await asking).toEqual({ record });
  expect(await handlers.settle({ runId: 'one' }, context)).toEqual({ found: false });
});

describe('a device that fails in the middle of a run', () => {
  it.each([
    ['OUT_OF_MEMORY', 'A GPU ran out of memory in the middle of a run: 3 GB more'],
    ['INTERNAL', 'A GPU failed in the middle of a run: 3 GB more'],
  ] as const)('is replaced by the CPU, which answers, and stays replaced: %s', async (code, reason) => {
    const engine = engineOn('cuda', new EngineError(code, '3 GB more'));
    expect(await engine.ask()).toEqual({ record: { device: 'cpu' } });
    expect(engine.opened).toEqual([{ device: 'cuda' }, { device: 'cpu', distrust: reason }]);
    await engine.ask();
    expect(engine.opened).toHaveLength(2);
  });

  it.each(['VIDEO_NOT_FOUND', 'CANCELLED', 'QUESTION_EMPTY'] as const)(
    'is not blamed for what is not its fault: %s',
    async (code) => {
      const engine = engineOn('cuda', new EngineError(code, 'x'));
      await expect(engine.ask()).rejects.toMatchObject({ code });
      expect(engine.opened).toHaveLength(1);
    },
  );

  it('has nothing to be replaced by where it is the CPU', async () => {
    const engine = engineOn('cpu', new EngineError('INTERNAL', 'x'));
    await engine.ask();
    expect(engine.opened).toEqual([{ device: 'cpu', distrust: undefined }]);
  });
});
