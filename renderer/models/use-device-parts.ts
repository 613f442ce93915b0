import { useCallback, useEffect, useState } from 'react';
import type { AddedParts } from '../../electron/host/contract/device-parts.ts';
import { jobsInOrder } from '../app/library/selectors.ts';
import { useApp, useLibrary } from '../app/use-app.ts';

/** The libraries that devices need, read anew whenever adding them begins, stops or ends. */
export function useDeviceParts(): {
  readonly parts: readonly AddedParts[];
  /** Changes when a job that adds some has ended well. */
  readonly added: number;
  /** After something was removed. */
  readonly refresh: () => void;
} {
  const app = useApp();
  const [parts, setParts] = useState<readonly AddedParts[]>([]);
  const states = useLibrary((state) =>
    jobsInOrder(state.jobs)
      .filter(({ kind }) => kind === 'add-device')
      .map(({ id, state: jobState }) => `${id} ${jobState}`)
      .join(),
  );
  const refresh = useCallback(() => {
    void app.attempt(app.call('devicesList', {})).then((found) => {
      if (found !== undefined) setParts(found.parts);
    });
  }, [app]);
  useEffect(refresh, [refresh, states]);
  return { parts, added: states.split('done').length, refresh };
}
