import { CloudDownload, WifiOff } from 'lucide-react';
import { Hint } from '../../ui/Hint.tsx';
import { appTexts } from '../texts.ts';
import { useLibrary } from '../use-app.ts';
import styles from './NetworkSign.module.css';

/** Says that nothing leaves this machine, or what is being downloaded. */
export function NetworkSign() {
  const downloading = useLibrary((state) =>
    Object.values(state.jobs).some((job) => job.kind === 'download-model' && job.state === 'running'),
  );
  const Icon = downloading ? CloudDownload : WifiOff;
  return (
    <Hint text={downloading ? appTexts.onlineHint : appTexts.offlineHint}>
      <button type="button" className={styles.sign} data-online={downloading}>
        <Icon size={14} aria-hidden="true" />
        <span>{downloading ? appTexts.online : appTexts.offline}</span>
      </button>
    </Hint>
  );
}
