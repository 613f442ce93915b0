import { Plus, X } from 'lucide-react';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { closeVideo, showVideo } from '../actions/show-video.ts';
import { addVideos } from '../actions/video-actions.ts';
import { useShownKeys } from '../commands/use-keys.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary, useWorkspace } from '../use-app.ts';
import styles from './VideoTabs.module.css';

/** A tab for each open video. */
export function VideoTabs() {
  const app = useApp();
  const keysFor = useShownKeys();
  const openVideoIds = useWorkspace((state) => state.openVideoIds);
  const videoId = useWorkspace((state) => state.videoId);
  const page = useWorkspace((state) => state.page);
  const videos = useLibrary((state) => state.videos);
  return (
    <nav className={styles.tabs} aria-label={appTexts.openVideos}>
      {openVideoIds.map((id) => {
        const name = videos[id]?.name ?? '…';
        const shown = id === videoId && page === 'workspace';
        return (
          <div key={id} className={classNames(styles.tab, shown && styles.shown)}>
            <button
              type="button"
              className={styles.name}
              aria-current={shown ? 'page' : undefined}
              title={name}
              onClick={() => showVideo(app, id)}
              onAuxClick={(event) => {
                if (event.button === 1) closeVideo(app, id);
              }}
            >
              {name}
            </button>
            <button
              type="button"
              className={styles.close}
              aria-label={appTexts.closeTab(name)}
              onClick={() => closeVideo(app, id)}
            >
              <X size={13} aria-hidden="true" />
            </button>
          </div>
        );
      })}
      <IconButton
        label={appTexts.addVideosHere}
        keys={keysFor('project.addVideos')}
        icon={<Plus size={16} aria-hidden="true" />}
        onClick={() => void addVideos(app)}
      />
    </nav>
  );
}
