import { useEffect, useState } from 'react';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { aboutTime, remainingSec } from '../../../native-models/protocol/remaining-time.ts';
import { sessionTexts } from '../texts.ts';
import { useRunView } from './use-run-view.ts';

/** How long a run still takes, where this machine has measured its model before. */
export function TimeLeft({ run }: { readonly run: Run }) {
  const view = useRunView(run);
  const sinceEventSec = useSecondsSince(view?.nextSeq);
  if (view?.time === undefined) return null;
  const steps = view.steps.map(({ role, startedMs, endedMs }) => ({
    role,
    startSec: startedMs / 1000,
    endSec: endedMs === undefined ? undefined : endedMs / 1000,
  }));
  const leftSec = remainingSec(view.time, steps, view.atMs / 1000 + sinceEventSec);
  return <> · {sessionTexts.run.timeLeft(aboutTime(leftSec))}</>;
}

/** Seconds since a value was another one, told once a second: the host's clock may be another machine's. */
function useSecondsSince(value: unknown): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const sinceMs = performance.now();
    const tell = () => {
      setSeconds((performance.now() - sinceMs) / 1000);
    };
    tell();
    const timer = setInterval(tell, 1000);
    return () => clearInterval(timer);
  }, [value]);
  return seconds;
}
