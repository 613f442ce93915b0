import { useEffect, useState } from 'react';
import type { HostResult } from '../../electron/host/contract/methods.ts';
import type { SampledFrames, SaliencyCurve } from '../timeline/timeline-model.ts';
import { useApp, useLibrary, useWorkspace } from './use-app.ts';

/** What the run that is shown looked at, for the timeline. */
export interface RunSeen {
  readonly runId: string;
  readonly saliency: SaliencyCurve | undefined;
  readonly sampledFrames: readonly SampledFrames[];
  /** What each role was asked and said, where the host tells. */
  readonly result: HostResult<'runsSeen'>;
}

/** What the shown run looked at; undefined until it is known, and for runs that did not end. */
export function useRunSeen(): RunSeen | undefined {
  const { call } = useApp();
  const runId = useWorkspace((state) => state.runId);
  const done = useLibrary((state) => runId !== null && state.runs[runId]?.state === 'done');
  const [seen, setSeen] = useState<RunSeen>();
  useEffect(() => {
    if (runId === null || !done) return undefined;
    let wanted = true;
    call('runsSeen', { id: runId }).then(
      (result) => {
        if (!wanted) return;
        const sampledFrames = Object.entries(result.frameTimesSec).map(([role, timesSec]) => ({
          role,
          timesSec,
        }));
        setSeen({ runId, saliency: result.saliency, sampledFrames, result });
      },
      // A run without a trace has nothing to show here.
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [call, runId, done]);
  return seen?.runId === runId ? seen : undefined;
}
