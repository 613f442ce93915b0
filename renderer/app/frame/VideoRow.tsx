import {
  BookOpen,
  Captions,
  CircleAlert,
  Ellipsis,
  FileSearch,
  FolderOpen,
  Info,
  Trash2,
  TriangleAlert,
} from 'lucide-react';
import { useState } from 'react';
import type { LibraryVideo } from '../../../electron/host/contract/library.ts';
import { classNames } from '../../ui/class-names.ts';
import { Menu } from '../../ui/Menu.tsx';
import type { MenuEntry } from '../../ui/Menu.tsx';
import { showVideo } from '../actions/show-video.ts';
import {
  addSubtitles,
  chooseStream,
  readAhead,
  relocateVideo,
  removeVideo,
} from '../actions/video-actions.ts';
import type { Application } from '../application.ts';
import { VideoDialog } from '../dialogs/VideoDialog.tsx';
import { proxyJobOf } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { isHeldUp, videoFacts } from './video-facts.ts';
import { useApp, useLibrary, useWorkspace } from '../use-app.ts';
import styles from './VideoRow.module.css';

/** A video of the library: its picture, name and length; a menu of what can be done with it. */
export function VideoRow({ video }: { readonly video: LibraryVideo }) {
  const app = useApp();
  const shown = useWorkspace((state) => state.videoId === video.id);
  const proxyJob = useLibrary((state) => proxyJobOf(state.jobs, video.id));
  const { picture } = video;
  const [about, setAbout] = useState(false);
  const notes = picture?.warnings?.length ?? 0;
  const middleMs = Math.round((picture?.durationSec ?? 0) * 500);
  return (
    <div className={classNames(styles.row, shown && styles.shown, notes > 0 && styles.noted)}>
      <button
        type="button"
        className={styles.main}
        aria-current={shown ? 'true' : undefined}
        onClick={() => showVideo(app, video.id)}
      >
        <span className={styles.picture}>
          {video.state === 'ready' ? (
            <img
              src={app.bridge.mediaUrl(`thumbnail/${video.id}/${middleMs}.jpg`)}
              alt=""
              loading="lazy"
              decoding="async"
            />
          ) : (
            video.state !== 'probing' && <CircleAlert size={16} aria-hidden="true" />
          )}
        </span>
        <span className={styles.words}>
          <span className={styles.name} title={video.path}>
            {video.name}
          </span>
          <span className={classNames(styles.facts, isHeldUp(video, proxyJob) && styles.heldUp)}>
            {videoFacts(video, proxyJob)}
          </span>
        </span>
      </button>
      {notes > 0 && (
        <button
          type="button"
          className={styles.notes}
          aria-label={appTexts.videoNotes(notes, video.name)}
          title={appTexts.videoNotes(notes, video.name)}
          onClick={() => setAbout(true)}
        >
          <TriangleAlert size={15} aria-hidden="true" />
        </button>
      )}
      <Menu
        align="end"
        entries={entriesOf(app, video, () => setAbout(true))}
        trigger={
          <button type="button" className={styles.more} aria-label={appTexts.videoMenu(video.name)}>
            <Ellipsis size={15} aria-hidden="true" />
          </button>
        }
      />
      {about && (
        <VideoDialog
          video={video}
          onClose={() => setAbout(false)}
          onChooseStream={(videoStream) => void chooseStream(app, video.id, videoStream)}
        />
      )}
    </div>
  );
}

function entriesOf(app: Application, video: LibraryVideo, onAbout: () => void): MenuEntry[] {
  const { bridge } = app;
  const item = (
    id: string,
    label: string,
    Icon: typeof Captions,
    onSelect: () => void,
    danger = false,
  ): MenuEntry => ({ kind: 'item', id, label, icon: <Icon size={14} />, onSelect, danger });
  return [
    ...(video.picture === undefined ? [] : [item('about', appTexts.aboutVideo, Info, onAbout)]),
    item('subtitles', appTexts.addSubtitles, Captions, () => void addSubtitles(app, video)),
    ...(video.state === 'ready'
      ? [item('read-ahead', appTexts.readAhead, BookOpen, () => void readAhead(app, video.id))]
      : []),
    ...(video.state === 'missing'
      ? [item('relocate', appTexts.relocate, FileSearch, () => void relocateVideo(app, video.id))]
      : []),
    ...(bridge.revealPath === undefined
      ? []
      : [item('reveal', appTexts.reveal, FolderOpen, () => void bridge.revealPath?.(video.path))]),
    { kind: 'separator', id: 's' },
    item('remove', appTexts.removeVideo, Trash2, () => void removeVideo(app, video), true),
  ];
}
