import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { LibraryVideo } from '../../electron/host/contract/library.ts';
import type { PlayerProps } from './Player.tsx';
import { formatProgress } from '../ui/format.ts';
import { remedyInWindow } from '../ui/window-remedies.ts';
import { playerTexts as texts } from './player-texts.ts';

/** Stands in for the picture where there is none, and says what to do. */
export function PlayerNotice({ store, video, proxyJob, onMakeProxy, onRelocate }: PlayerProps) {
  const problem = useStore(store, (state) => state.problem);
  if (!video) return <Notice title={texts.empty} detail={texts.emptyHelp} />;
  if (video.state === 'probing') return <Notice title={texts.probing} busy />;
  if (video.state === 'missing') {
    return (
      <Notice title={texts.missing} detail={`${video.path} · ${texts.missingHelp}`} wrong>
        <NoticeButton onClick={onRelocate}>{texts.relocate}</NoticeButton>
      </Notice>
    );
  }
  if (video.state === 'unreadable') {
    return <Notice title={texts.unreadable} detail={errorWords(video.error)} wrong />;
  }
  if (video.playback === 'impossible') {
    const detail = errorWords(proxyJob?.error) || texts.impossibleHelp;
    return <Notice title={texts.impossible} detail={detail} wrong />;
  }
  const refused = problem !== undefined && problem.kind !== 'network';
  if (video.playback === 'proxy-needed' || (refused && video.playback === 'direct')) {
    return (
      <ProxyNotice
        {...{ proxyJob, onMakeProxy }}
        title={problem ? texts.problems[problem.kind] : undefined}
        why={problem?.kind === 'decode' ? texts.copyOfBroken : texts.proxyWhy}
      />
    );
  }
  if (!problem) return null;
  const detail = problem.kind === 'network' ? texts.networkHelp : problem.detail;
  return <Notice title={texts.problems[problem.kind]} detail={detail} wrong />;
}

function errorWords(error: LibraryVideo['error']): string {
  return [error?.message, remedyInWindow(error?.remedy ?? '')].filter(Boolean).join(' ');
}

interface ProxyNoticeProps extends Pick<PlayerProps, 'proxyJob' | 'onMakeProxy'> {
  readonly title: string | undefined;
  readonly why: string;
}

function ProxyNotice({ proxyJob, onMakeProxy, title, why }: ProxyNoticeProps) {
  const state = proxyJob?.state;
  if (state === 'running' || state === 'queued') {
    const { done = 0, total = 0 } = proxyJob ?? {};
    const progress = formatProgress(done, total);
    return (
      <Notice title={texts.proxyRunning} detail={why}>
        <progress
          className="player-progress"
          aria-label={texts.proxyRunning}
          {...(progress === undefined ? {} : { value: done, max: total })}
        />
        <p className="player-notice-detail">{progress ?? texts.proxyBegins}</p>
      </Notice>
    );
  }
  if (state === 'failed') {
    return (
      <Notice title={texts.proxyFailed} detail={errorWords(proxyJob?.error)} wrong>
        <NoticeButton onClick={onMakeProxy}>{texts.tryAgain}</NoticeButton>
      </Notice>
    );
  }
  return (
    <Notice title={title ?? texts.proxyNeeded} detail={why}>
      <NoticeButton onClick={onMakeProxy}>{texts.makeProxy}</NoticeButton>
    </Notice>
  );
}

interface NoticeProps {
  readonly title: string;
  readonly detail?: string;
  readonly wrong?: boolean;
  readonly busy?: boolean;
  readonly children?: ReactNode;
}

function Notice({ title, detail, wrong = false, busy = false, children }: NoticeProps) {
  return (
    <div className="player-notice" role={wrong ? 'alert' : 'status'} aria-busy={busy}>
      <p className="player-notice-title" data-wrong={wrong || undefined}>
        {title}
      </p>
      {detail !== undefined && detail !== '' && <p className="player-notice-detail">{detail}</p>}
      {children}
    </div>
  );
}

function NoticeButton({ onClick, children }: { readonly onClick: () => void; readonly children: ReactNode }) {
  return (
    <button type="button" className="player-notice-button" onClick={onClick}>
      {children}
    </button>
  );
}
