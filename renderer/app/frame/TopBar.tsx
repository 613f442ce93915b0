import { Keyboard, Search, Settings2, Table2 } from 'lucide-react';
import { IconButton } from '../../ui/IconButton.tsx';
import { Keys } from '../../ui/Keys.tsx';
import { useShownKeys } from '../commands/use-keys.ts';
import { appTexts } from '../texts.ts';
import { useApp } from '../use-app.ts';
import { JobsButton } from './JobsButton.tsx';
import { ModelPicker } from './ModelPicker.tsx';
import { NetworkSign } from './NetworkSign.tsx';
import { ProjectMenu } from './ProjectMenu.tsx';
import { VideoTabs } from './VideoTabs.tsx';
import styles from './TopBar.module.css';

/** The bar at the top: project, open videos, and what answers. */
export function TopBar() {
  const app = useApp();
  const keysFor = useShownKeys();
  const paletteKeys = keysFor('window.palette');
  const open = (kind: 'palette' | 'keys' | 'settings') => () => app.workspace.setState({ dialog: { kind } });
  return (
    <header className={styles.bar}>
      <ProjectMenu />
      <VideoTabs />
      <button type="button" className={styles.search} onClick={open('palette')} aria-label={appTexts.palette}>
        <Search size={14} aria-hidden="true" />
        <span className={styles.searchText}>{appTexts.palette}</span>
        {paletteKeys !== undefined && <Keys keys={paletteKeys} />}
      </button>
      <IconButton
        label={appTexts.overview}
        keys={keysFor('project.overview')}
        icon={<Table2 size={16} aria-hidden="true" />}
        onClick={() => app.workspace.setState({ page: 'overview' })}
      />
      <NetworkSign />
      <ModelPicker />
      <JobsButton />
      <IconButton
        label={appTexts.keys}
        keys={keysFor('window.keys')}
        icon={<Keyboard size={16} aria-hidden="true" />}
        onClick={open('keys')}
      />
      <IconButton
        label={appTexts.settings}
        keys={keysFor('window.settings')}
        icon={<Settings2 size={16} aria-hidden="true" />}
        onClick={open('settings')}
      />
    </header>
  );
}
