import { useEffect } from 'react';
import { useStore } from 'zustand';
import { CataloguePage } from '../../catalogue/CataloguePage.tsx';
import { FirstStart } from '../../models/FirstStart.tsx';
import { ModelsPage } from '../../models/ModelsPage.tsx';
import { OverviewPage } from '../../overview/OverviewPage.tsx';
import { showFirstVideo } from '../actions/show-first-video.ts';
import { useApp, useLibrary, useWorkspace } from '../use-app.ts';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { Connecting } from './Connecting.tsx';
import { TopBar } from './TopBar.tsx';
import { Workspace } from './Workspace.tsx';
import styles from './Window.module.css';

/** The window under its dialogs: what is shown until the program is reached, at the first start, and from then on. */
export function Window() {
  const app = useApp();
  const loaded = useLibrary((state) => state.loaded);
  const firstStartDone = useLibrary((state) => state.settings.firstStartDone);
  const projectId = useLibrary((state) => state.projectId);
  const page = useWorkspace((state) => state.page);
  const lost = useStore(app.connection.store, (state) => state.status === 'lost');

  useEffect(() => {
    if (loaded) showFirstVideo(app);
  }, [app, loaded, projectId]);

  if (!loaded) return <Connecting />;
  return (
    <div className={styles.window} data-page={page}>
      {lost && <ConnectionBanner />}
      {firstStartDone ? (
        <>
          <TopBar />
          {page === 'models' && <ModelsPage />}
          {page === 'catalogue' && <CataloguePage />}
          {page === 'workspace' && <Workspace />}
          {page === 'overview' && <OverviewPage />}
        </>
      ) : (
        <FirstStart />
      )}
    </div>
  );
}
