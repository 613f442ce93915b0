import { CloudDownload, WifiOff } from 'lucide-react';
import { isDownload } from '../../../electron/host/contract/models.ts';
import { Hint } from '../../ui/Hint.tsx';
import { appTexts } from '../texts.ts';
import { useLibrary } from '../use-app.ts';
import styles from './NetworkSign.module.css';

/** Says that nothing leaves this machine, or what the network is used for. */
export function NetworkSign() {
  const downloading = useLibrary((state) =>
    Object.values(state.jobs).some((job) => isDownload(job) && job.state === 'running'),
  );
  const checking = useLibrary((state) => state.checkingForUpdates);
  const online = downloading || checking;
  const Icon = online ? CloudDownload : WifiOff;
  return (
    <Hint text={downloading ? appTexts.onlineHint : checking ? appTexts.checkingHint : appTexts.offlineHint}>
      <button type="button" className={styles.sign} data-online={online}>
        <Icon size={14} aria-hidden="true" />
        <span>{downloading ? appTexts.online : checking ? appTexts.checking : appTexts.offline}</span>
      </button>
    </Hint>
  );
}
