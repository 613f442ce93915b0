import type { HostMethodName } from '../../../electron/host/contract/methods.ts';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { Call } from '../../transport/connection.ts';
import { createApplication } from '../application.ts';
import type { Application } from '../application.ts';
import { sampleSnapshot } from './samples.ts';

/** A call that a window made of the host. */
export interface SeenCall {
  readonly method: HostMethodName;
  readonly params: Readonly<Record<string, unknown>>;
}

/** For tests: a window with the sample project open, on a host that answers as the test says. */
export function scriptedWindow(answers: Partial<Record<HostMethodName, (params: never) => unknown>>): {
  readonly app: Application;
  readonly calls: readonly SeenCall[];
} {
  const calls: SeenCall[] = [];
  const window = createApplication(
    {
      kind: 'browser',
      platform: 'linux',
      connect: () => {
        throw new EngineError('INTERNAL', 'This window is not connected.');
      },
      mediaUrl: (path) => `/media/${path}`,
      uploadDroppedFile: (file) => Promise.resolve(`/dropped/${file.name}`),
    },
    { schedule: (flush) => flush(), delay: () => () => undefined },
  );
  const call = (async (method: HostMethodName, params: never) => {
    calls.push({ method, params });
    return Promise.resolve(answers[method]?.(params) ?? {});
  }) as unknown as Call;
  const app: Application = { ...window, call };
  app.library.dispatch({ type: 'snapshot', snapshot: sampleSnapshot });
  app.library.dispatch({ type: 'projectOpened', projectId: 'p1' });
  app.workspace.setState({ videoId: 'v1' });
  return { app, calls };
}
