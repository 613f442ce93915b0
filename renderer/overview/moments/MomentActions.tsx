import { Check, Tag, Trash2, X } from 'lucide-react';
import { memo } from 'react';
import type { Project } from '../../../electron/host/contract/library.ts';
import { useApp } from '../../app/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { overviewTexts } from '../texts.ts';
import { decideMoments, labelMoments, removeMoments } from './change-moments.ts';

const texts = overviewTexts.moments;
const iconPx = 14;

export interface MomentActionsProps {
  readonly project: Project;
  readonly ids: ReadonlySet<string>;
}

/** What is done with the moments that are selected. */
export const MomentActions = memo(function MomentActions({ project, ids }: MomentActionsProps) {
  const app = useApp();
  const disabled = ids.size === 0;
  return (
    <>
      <Button
        small
        disabled={disabled}
        icon={<Check size={iconPx} aria-hidden="true" />}
        onClick={() => decideMoments(app, ids, 'accepted')}
      >
        {texts.accept}
      </Button>
      <Button
        small
        disabled={disabled}
        icon={<X size={iconPx} aria-hidden="true" />}
        onClick={() => decideMoments(app, ids, 'rejected')}
      >
        {texts.reject}
      </Button>
      <Menu
        trigger={
          <Button small disabled={disabled} icon={<Tag size={iconPx} aria-hidden="true" />}>
            {texts.setLabel}
          </Button>
        }
        entries={[
          ...project.labels.map(({ id, name }) => ({
            ...{ kind: 'item' as const, id, label: name },
            onSelect: () => labelMoments(app, ids, id),
          })),
          {
            ...{ kind: 'item', id: 'none', label: texts.withoutLabel },
            onSelect: () => labelMoments(app, ids, null),
          },
        ]}
      />
      <Button
        small
        look="quiet"
        disabled={disabled}
        icon={<Trash2 size={iconPx} aria-hidden="true" />}
        onClick={() => removeMoments(app, ids)}
      >
        {texts.remove}
      </Button>
    </>
  );
});
