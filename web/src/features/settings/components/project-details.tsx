import { useParams } from '@tanstack/react-router';
import { Box } from 'lucide-react';
import { RemoveSampleData } from '../../../components/sample-data/remove-sample-data.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { EmptyState } from '../../../components/ui/states.tsx';
import { useMay, useMe } from '../../../lib/api/me.ts';
import { formatDate } from '../../../lib/time.ts';
import { CaptureSwitch } from './capture-switch.tsx';
import { CloseProjectPanel } from './close-project-panel.tsx';
import { KeysPanel } from './keys-panel.tsx';
import { RenameProject } from './rename-project.tsx';

export function ProjectDetails() {
  const { projectId } = useParams({ from: '/app/settings/projects/$projectId' });
  const { projects, organization } = useMe();
  const mayManage = useMay('projects.manage');
  const project = projects.find(({ id }) => String(id) === projectId);
  if (!project) {
    return <EmptyState icon={<Box size={18} aria-hidden />} title="This project does not exist" className="py-24" />;
  }
  return (
    <div key={project.id} className="flex max-w-3xl flex-col gap-4">
      <header>
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="text-lg font-semibold tracking-tight">{project.name}</h2>
          {project.demo && <Badge tone="warn">Demo</Badge>}
          {project.archivedAt !== null && <Badge>Archived</Badge>}
          {!project.demo && mayManage && <RenameProject project={project} />}
        </div>
        <p className="text-xs text-subtle">Created {formatDate(project.createdAt, organization.timeZone)}</p>
      </header>
      {project.demo ? (
        <Panel>
          <PanelHeader
            title="Sample data"
            description="Generated traffic to look around with. It is left out of “All projects”."
            actions={<RemoveSampleData />}
            className="py-3.5"
          />
        </Panel>
      ) : (
        <>
          <KeysPanel project={project} />
          <CaptureSwitch project={project} mayChange={mayManage} />
          {mayManage && <CloseProjectPanel project={project} />}
        </>
      )}
    </div>
  );
}
