import { Boxes, ChevronDown } from 'lucide-react';
import { useState } from 'react';
import type { DoctorReport } from '../../../native-models/protocol/doctor-report.ts';
import { modelTexts } from '../../models/texts.ts';
import { deviceSchema } from '../../../native-models/protocol/roles.ts';
import { formatBytes } from '../../ui/format.ts';
import { Menu } from '../../ui/Menu.tsx';
import type { MenuEntry } from '../../ui/Menu.tsx';
import { changeSettings } from '../actions/project-actions.ts';
import { currentModel } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary } from '../use-app.ts';
import styles from './ModelPicker.module.css';

/** Which model answers, on which device, and what the engine is doing. */
export function ModelPicker() {
  const app = useApp();
  const models = useLibrary((state) => state.models);
  const model = useLibrary(currentModel);
  const device = useLibrary((state) => state.settings.device);
  const engine = useLibrary((state) => state.engine);
  const [report, setReport] = useState<DoctorReport>();
  const examine = () => void app.attempt(app.call('doctor', {})).then(setReport);
  const entries: MenuEntry[] = [
    { kind: 'heading', id: 'models', label: appTexts.model },
    ...models.map((each): MenuEntry => ({
      kind: 'item',
      id: each.id,
      label: each.name,
      detail: `${each.architecture} · ${each.precision} · ${formatBytes(each.memoryBytes)}`,
      chosen: each.id === model?.id,
      disabled: each.state !== 'ready',
      onSelect: () => void changeSettings(app, { modelId: each.id }),
    })),
    {
      kind: 'item',
      id: 'manage',
      label: appTexts.manageModels,
      icon: <Boxes size={14} />,
      onSelect: () => app.workspace.setState({ page: 'models' }),
    },
    { kind: 'separator', id: 's' },
    { kind: 'heading', id: 'devices', label: appTexts.device },
    ...deviceSchema.options.map((each): MenuEntry => ({
      kind: 'item',
      id: `device-${each}`,
      label: each === 'auto' ? modelTexts.autoDevice : modelTexts.devices[each],
      detail: modelTexts.deviceDetail(each, report),
      chosen: each === device,
      disabled:
        each !== device &&
        report?.providers.find((provider) => provider.device === each)?.available === false,
      onSelect: () => void changeSettings(app, { device: each }),
    })),
  ];
  return (
    <Menu
      align="end"
      onOpen={examine}
      entries={entries}
      trigger={
        <button type="button" className={styles.trigger} title={appTexts.engine[engine.state]}>
          <span className={styles.state} data-state={engine.state} aria-hidden="true" />
          <span className="only-heard">{appTexts.engine[engine.state]}</span>
          <span className={styles.name}>{model?.name ?? appTexts.noModel}</span>
          <span className={styles.device}>{engine.device ?? device}</span>
          {engine.residentBytes !== undefined && (
            <span className={styles.device}>{formatBytes(engine.residentBytes)}</span>
          )}
          <ChevronDown size={14} aria-hidden="true" className={styles.sign} />
        </button>
      }
    />
  );
}
