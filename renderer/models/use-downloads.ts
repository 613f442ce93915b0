import { useCallback, useEffect, useState } from 'react';
import type { TokenState } from '../../electron/host/contract/downloads.ts';
import type { HostResult } from '../../electron/host/contract/methods.ts';
import { jobsInOrder } from '../app/library/selectors.ts';
import { useApp, useLibrary } from '../app/use-app.ts';

type Downloads = HostResult<'downloadsList'>;

/** Unfinished downloads and what is known of tokens, read anew whenever a download begins, stops or ends. */
export function useDownloads(): {
  /** Those that are not running: what runs is among the work. */
  readonly unfinished: Downloads['partial'];
  readonly tokens: Downloads['tokens'];
  readonly refresh: () => void;
  readonly setTokens: (tokens: readonly TokenState[]) => void;
} {
  const app = useApp();
  const [downloads, setDownloads] = useState<Downloads>({ partial: [], tokens: [] });
  const states = useLibrary((state) =>
    jobsInOrder(state.jobs)
      .filter(({ kind }) => kind === 'download-model')
      .map(({ id, state: jobState }) => `${id} ${jobState}`)
      .join(),
  );
  const refresh = useCallback(() => {
    void app.attempt(app.call('downloadsList', {})).then((found) => {
      if (found !== undefined) setDownloads(found);
    });
  }, [app]);
  useEffect(refresh, [refresh, states]);
  return {
    unfinished: downloads.partial.filter(({ isRunning }) => !isRunning),
    tokens: downloads.tokens,
    refresh,
    setTokens: (tokens) => setDownloads((before) => ({ ...before, tokens: [...tokens] })),
  };
}
